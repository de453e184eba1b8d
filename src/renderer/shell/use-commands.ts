import { useEventListener } from '@vueuse/core'
import { ref } from 'vue'
import { useFilesStore } from '../stores/files-store'
import { useProjectStore } from '../stores/project-store'
import { useSearchStore } from '../stores/search-store'
import { CHARTS, DETAIL_TABS, useViewStore } from '../stores/view-store'
import { useSettingsStore } from '../stores/settings-store'
import { useImportStore } from '../dialogs/import-store'
import { useDesignsStore } from '../stores/designs-store'
import { useClient } from '../client/use-client'

export interface Command {
  readonly id: string
  readonly label: string
  /** Shown beside the label and listed among the shortcuts; `Mod` is Ctrl, or Cmd on a Mac. Empty for none. */
  readonly keys: string
  /** The current choice, for a command that switches between two. */
  readonly state?: () => string
  readonly run: () => void
}

/** All commands, for menus, shortcuts and the desktop's menu. */
export function useCommands() {
  const files = useFilesStore()
  const document_ = useProjectStore()
  const search = useSearchStore()
  const view = useViewStore()
  const designs = useDesignsStore()
  const imports = useImportStore()
  const settings = useSettingsStore()
  const showShortcuts = ref(false)
  const showPalette = ref(false)
  const showHelp = ref(false)

  function pinDesign(): void {
    designs.pin()
    view.tab = 'designs'
  }
  const commands: readonly Command[] = [
    { id: 'new', label: 'New', keys: 'Mod+Alt+N', run: () => void files.newDocument() },
    { id: 'open', label: 'Open...', keys: 'Mod+O', run: () => void files.open() },
    { id: 'import', label: 'Import workload...', keys: 'Mod+I', run: () => void imports.choose() },
    { id: 'save', label: 'Save', keys: 'Mod+S', run: () => void files.save() },
    { id: 'save-as', label: 'Save as...', keys: 'Mod+Shift+S', run: () => void files.save(true) },
    { id: 'export', label: 'Export report...', keys: 'Mod+E', run: () => (files.exporting = true) },
    { id: 'undo', label: 'Undo', keys: 'Mod+Z', run: document_.undo },
    { id: 'redo', label: 'Redo', keys: 'Mod+Shift+Z', run: document_.redo },
    { id: 'palette', label: 'Search commands...', keys: 'Mod+K', run: () => (showPalette.value = true) },
    { id: 'pin', label: 'Pin this state as a design', keys: 'Mod+D', run: pinDesign },
    ...CHARTS.map(({ id, label }, at) => ({
      id: `chart-${id}`,
      label: `Show ${label}`,
      keys: `Alt+${at + 1}`,
      run: () => (view.chart = id),
    })),
    ...DETAIL_TABS.map((tab) => ({
      id: `tab-${tab}`,
      label: `Details: ${tab}`,
      keys: '',
      run: () => (view.tab = tab),
    })),
    {
      id: 'best-share',
      label: 'Follow the best share',
      keys: '',
      run: () => document_.edit('share', { bufferShare: null }),
    },
    {
      id: 'zoom-all',
      label: 'Show all buffer sizes',
      keys: '',
      run: () => ((view.zoom = null), (view.shareZoom = null)),
    },
    {
      id: 'units-work',
      label: 'Count MACs or operations',
      keys: '',
      state: () => settings.units.workUnit,
      run: () => settings.choose({ work: settings.choice.work === 'MAC' ? 'op' : 'MAC' }),
    },
    {
      id: 'units-data',
      label: 'Count bytes or elements',
      keys: '',
      state: () => (settings.bitsPerElement === null ? 'B (widths differ)' : settings.units.dataUnit),
      run: () => settings.choose({ data: settings.choice.data === 'byte' ? 'element' : 'byte' }),
    },
    {
      id: 'units-prefixes',
      label: 'IEC or SI prefixes of data',
      keys: '',
      state: () => (settings.choice.prefixes === 'IEC' ? 'MiB' : 'MB'),
      run: () => settings.choose({ prefixes: settings.choice.prefixes === 'IEC' ? 'SI' : 'IEC' }),
    },
    {
      id: 'details',
      label: 'Collapse or expand the details',
      keys: 'Mod+J',
      run: () => (view.collapsed = !view.collapsed),
    },
    { id: 'cancel', label: 'Cancel the search', keys: '', run: search.cancel },
    { id: 'theme', label: 'Light or dark', keys: 'Mod+Alt+T', run: view.toggleTheme },
    { id: 'help', label: 'Help', keys: 'F2', run: () => (showHelp.value = true) },
    { id: 'tour', label: 'Tour', keys: '', run: () => (view.tour = 0) },
    { id: 'shortcuts', label: 'Keyboard shortcuts', keys: 'F1', run: () => (showShortcuts.value = true) },
  ]

  const mac = navigator.platform.startsWith('Mac')
  function keysOf(event: KeyboardEvent): string {
    const mod = mac ? event.metaKey : event.ctrlKey
    const key = event.key.length === 1 ? event.key.toUpperCase() : event.key
    return [mod && 'Mod', event.altKey && 'Alt', event.shiftKey && 'Shift', key].filter(Boolean).join('+')
  }

  function press(event: KeyboardEvent): void {
    const keys = keysOf(event).replace('Mod+Y', 'Mod+Shift+Z')
    // A text field and the editor undo their own typing.
    const typing = event.target instanceof HTMLElement && event.target.closest('input, .cm-editor') !== null
    if (typing && (keys === 'Mod+Z' || keys === 'Mod+Shift+Z')) return
    const command = commands.find((candidate) => candidate.keys !== '' && candidate.keys === keys)
    if (command) {
      event.preventDefault()
      command.run()
    } else if (
      event.key === 'Escape' &&
      files.question === null &&
      imports.step === null &&
      !files.exporting &&
      !showShortcuts.value &&
      !showPalette.value &&
      !showHelp.value
    ) {
      if (view.maximised !== null) view.maximised = null
      else if (search.running !== null) search.cancel()
      else view.unpin()
    }
  }

  useEventListener('keydown', press)
  useClient().on('menu.command', ({ command }) => commands.find(({ id }) => id === command)?.run())

  const shown = (keys: string): string => (mac ? keys.replace('Mod', 'Cmd') : keys.replace('Mod', 'Ctrl'))
  return { commands, showShortcuts, showPalette, showHelp, shown }
}
