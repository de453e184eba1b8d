import * as v from 'valibot'
import { architectureSchema, chipSchema, technologySchema } from './architecture-schema'
import { importedSchema, importOptionsSchema } from './import-schema'
import { LIBRARY_KINDS, librarySchema } from './library-file'
import { projectSchema } from './project-file'
import { explorationSchema, requestOptionsSchema } from './search-schema'
import {
  mapRequestSchema,
  mapRowsSchema,
  splitCellsSchema,
  splitRequestSchema,
  splitSchema,
} from './tradeoff-schema'

/**
 * All messages between the window and its host: channel -> schemas of arguments and result. The desktop sends them
 * over IPC, the web host over a WebSocket; the handlers are the same.
 */
const path = v.pipe(v.string(), v.minLength(1), v.maxLength(4096))
const nothing = v.object({})

/** What a file or folder is chosen for. */
export const filePurposes = ['open-project', 'save-project', 'export-report', 'import-workload'] as const
export type FilePurpose = (typeof filePurposes)[number]

export const reportFormats = ['html', 'pdf', 'csv', 'json', 'svg'] as const

const workloadPresetSchema = v.object({
  id: v.string(),
  title: v.string(),
  description: v.string(),
  source: v.string(),
  /** Heading in the list of presets: `Language models`, `Convolutions`, ... */
  group: v.string(),
  text: v.string(),
})

const openedProjectSchema = v.object({
  path,
  project: projectSchema,
  /** Changes when the file changes. It is passed back on save, so that no unseen change is overwritten. */
  revision: v.string(),
  /** Whether another window has it open too. */
  elsewhere: v.boolean(),
})

export const channels = {
  'app.info': {
    args: nothing,
    returns: v.object({
      version: v.string(),
      host: v.picklist(['desktop', 'web']),
      platform: v.string(),
      threads: v.number(),
      /** How files are chosen: by the system's dialogs, or by ours over `files.list`. */
      dialogs: v.picklist(['native', 'in-window']),
      /** Project named on the command line, opened at start. */
      openAtStart: v.nullable(path),
    }),
  },
  'presets.read': {
    args: nothing,
    returns: v.object({
      workloads: v.array(workloadPresetSchema),
      technologies: v.array(technologySchema),
      chips: v.array(chipSchema),
      architectures: v.array(
        v.object({ id: v.string(), title: v.string(), architecture: architectureSchema }),
      ),
    }),
  },
  /** Bound of a workload's text. A new search with the same `slot` replaces the one that runs there. */
  'search.start': {
    args: v.object({
      searchId: v.string(),
      slot: v.string(),
      workloadText: v.string(),
      options: requestOptionsSchema,
    }),
    returns: explorationSchema,
  },
  'search.cancel': { args: v.object({ searchId: v.string() }), returns: nothing },
  /**
   * Throughput over share and a second parameter. Rows are sent as `tradeoff.rows`, from coarse to fine. The reply
   * says that all have been sent.
   */
  'tradeoff.map': { args: mapRequestSchema, returns: v.object({ rows: v.number() }) },
  /** Throughput for all ways to divide the area between two levels of SRAM and MACs. */
  'tradeoff.split': { args: splitRequestSchema, returns: splitSchema },
  /** Opens the system's file dialog; null if the user cancels. */
  'dialog.chooseFile': {
    args: v.object({
      purpose: v.picklist(filePurposes),
      suggestion: v.string(),
    }),
    returns: v.object({ path: v.nullable(path) }),
  },
  /** Lists a folder for the in-window dialog; null is the default folder. */
  'files.list': {
    args: v.object({ directory: v.nullable(path) }),
    returns: v.object({
      directory: path,
      parent: v.nullable(path),
      entries: v.array(
        v.object({ name: v.string(), path, kind: v.picklist(['directory', 'file']), sizeBytes: v.number() }),
      ),
    }),
  },
  'project.open': { args: v.object({ path }), returns: openedProjectSchema },
  'project.save': {
    args: v.object({
      path,
      project: projectSchema,
      /**
       * Revision that was opened or last saved at this path; `NO_FILE`; null to replace a project, as who chose its name
       * agreed to; `ANY_FILE` to replace whatever is there.
       */
      expectedRevision: v.nullable(v.string()),
    }),
    returns: v.object({ path, revision: v.string() }),
  },
  /** Keeps a technology, chip or architecture besides the presets; the reply is the entry with its id. */
  'library.save': { args: v.object({ entry: librarySchema }), returns: librarySchema },
  'library.remove': {
    args: v.object({ kind: v.picklist(LIBRARY_KINDS), id: v.string() }),
    returns: nothing,
  },
  /** Keeps an entry from a file. */
  'library.take': { args: v.object({ path }), returns: librarySchema },
  /** Reads a file of another tool, or a workload, as a workload's text. */
  'workload.import': { args: v.object({ path, options: importOptionsSchema }), returns: importedSchema },
  'recent.list': {
    args: nothing,
    returns: v.object({ files: v.array(v.object({ path, name: v.string(), openedAt: v.string() })) }),
  },
  'autosave.write': {
    args: v.object({
      project: projectSchema,
      path: v.nullable(path),
      /** Of the file at `path`, so that a recovered project does not overwrite a later change unseen. */
      revision: v.nullable(v.string()),
    }),
    returns: nothing,
  },
  /** Called after a save, or when changes are discarded: there is nothing to recover. */
  'autosave.clear': { args: nothing, returns: nothing },
  /** What a crash left, or null. */
  'recovery.read': {
    args: nothing,
    returns: v.object({
      found: v.nullable(
        v.object({
          project: projectSchema,
          path: v.nullable(path),
          revision: v.nullable(v.string()),
          savedAt: v.string(),
        }),
      ),
    }),
  },
  /** The page of an export, without scripts. */
  'report.preview': { args: v.object({ project: projectSchema }), returns: v.object({ html: v.string() }) },
  'report.export': {
    args: v.object({ project: projectSchema, directory: path, formats: v.array(v.picklist(reportFormats)) }),
    returns: v.object({ files: v.array(path), notes: v.array(v.string()) }),
  },
} as const

export type Channel = keyof typeof channels
export type Args<C extends Channel> = v.InferOutput<(typeof channels)[C]['args']>
export type Returns<C extends Channel> = v.InferOutput<(typeof channels)[C]['returns']>

/** Events that the host sends. */
export const events = {
  'search.progress': v.object({
    searchId: v.string(),
    /** Share of the work done, 0..1. */
    done: v.number(),
    /** What is being searched, for the status line. */
    label: v.string(),
    etaMs: v.nullable(v.number()),
  }),
  /** What is known while a cascade is searched: its Einsums each by itself. */
  'search.first': v.object({ searchId: v.string(), exploration: explorationSchema }),
  'tradeoff.rows': mapRowsSchema,
  'tradeoff.cells': splitCellsSchema,
  'pool.workerLost': v.object({ message: v.string() }),
  /** A menu item or a close button of the desktop shell was used; the window executes it. */
  'menu.command': v.object({ command: v.string() }),
} as const

export type EventName = keyof typeof events
export type EventPayload<E extends EventName> = v.InferOutput<(typeof events)[E]>

/** How errors are sent: thrown ones would lose their class. */
export const faultSchema = v.object({
  code: v.string(),
  path: v.string(),
  message: v.string(),
  hint: v.string(),
  value: v.optional(v.string()),
  span: v.optional(
    v.object({ line: v.number(), column: v.number(), endLine: v.number(), endColumn: v.number() }),
  ),
  file: v.optional(v.string()),
})

export const replySchema = v.union([
  v.object({ ok: v.literal(true), value: v.unknown() }),
  v.object({ ok: v.literal(false), error: v.array(faultSchema) }),
])

/** Codes of faults that are not the user's mistake: the search was cancelled, or a newer one replaced it. */
export const CANCELLED = 'cancelled'
export const SUPERSEDED = 'superseded'

/** A file that was to be imported as a workload, but belongs to the library. */
export const IS_LIBRARY_ENTRY = 'is-library-entry'

/** Expected revision of a file that must not exist yet. If it exists, the save is refused with `FILE_EXISTS`. */
export const NO_FILE = 'no-file'
export const FILE_EXISTS = 'file-exists'
/** Expected revision of whatever is there. Without it a file that is no project is not replaced: `FILE_IS_OTHER`. */
export const ANY_FILE = 'any-file'
export const FILE_IS_OTHER = 'file-is-other'
