import { newSeeds } from './new-seeds.ts';

newSeeds(10001, 10150);
