/** The names that main and preload speak over. Everything else goes through a port. */
export const PORT_CHANNEL = 'flotilla:port'
export const COMMAND_CHANNEL = 'flotilla:command'
export const SHOW_CHANNEL = 'flotilla:show'
export const NOTE_CHANNEL = 'flotilla:note'
export const STEPS_CHANNEL = 'flotilla:steps'
