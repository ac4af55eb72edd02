/** Begins the key of every query about the signed-in person, so that signing out can drop them all. */
export const personKey = 'person';
