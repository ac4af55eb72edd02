/** Names the mutation that signs out, here or everywhere, so that one can see whether it is under way. */
export const signOutKey = ['sign-out'];
