/** The two names that main and preload speak over. Everything else goes through a port. */
export const PORT_CHANNEL = 'flotilla:port'
export const COMMAND_CHANNEL = 'flotilla:command'
