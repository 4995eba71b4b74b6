/**
 * Attacks on what is bounded in total, over real sockets of this computer: whatever strangers do, a member of
 * the room gets its link, its poke is answered, and the room server is asked now and then.
 */
