import { newSeeds } from './new-seeds.ts';

newSeeds(10151, 10300);
