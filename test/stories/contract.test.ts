import { engineContract } from '../engine/contract/contract.ts'
import { mainJobContract } from '../engine/contract/main-job.ts'
import { workerEngine } from '../support/worker-engine.ts'

/* The daemon in memory keeps the contract that the real engines keep: stories that pass on it mean something. */

engineContract()
mainJobContract(workerEngine())
