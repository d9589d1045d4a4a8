import { create } from 'zustand'

/** The text of the live region for screen readers. */
export const useAnnouncer = create<{ readonly text: string }>()(() => ({ text: '' }))
