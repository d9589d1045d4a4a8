import { create } from 'zustand'

/** What a screen reader is told. */
export const useAnnouncer = create<{ readonly text: string }>()(() => ({ text: '' }))
