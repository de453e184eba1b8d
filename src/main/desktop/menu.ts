import type { MenuItemConstructorOptions } from 'electron'

/** The application menu; each item sends its id to the window, which carries it out as it does its own menus. */
export function menuTemplate(
  platform: NodeJS.Platform,
  send: (command: string) => void,
): MenuItemConstructorOptions[] {
  const item = (label: string, command: string, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    ...(accelerator ? { accelerator, registerAccelerator: false } : {}),
    click: () => send(command),
  })
  const mac = platform === 'darwin'
  return [
    ...(mac ? [{ role: 'appMenu' as const }] : []),
    {
      label: 'File',
      submenu: [
        item('New', 'new', 'CmdOrCtrl+Alt+N'),
        item('Open...', 'open', 'CmdOrCtrl+O'),
        item('Import Workload...', 'import', 'CmdOrCtrl+I'),
        { type: 'separator' },
        item('Save', 'save', 'CmdOrCtrl+S'),
        item('Save As...', 'save-as', 'CmdOrCtrl+Shift+S'),
        item('Export Report...', 'export', 'CmdOrCtrl+E'),
        { type: 'separator' },
        mac ? { role: 'close' } : { role: 'quit' },
      ],
    },
    {
      label: 'Edit',
      submenu: [
        item('Undo', 'undo', 'CmdOrCtrl+Z'),
        item('Redo', 'redo', 'CmdOrCtrl+Shift+Z'),
        item('Pin This State as a Design', 'pin', 'CmdOrCtrl+D'),
        { type: 'separator' },
        { role: 'cut' },
        { role: 'copy' },
        { role: 'paste' },
        { role: 'selectAll' },
      ],
    },
    {
      label: 'View',
      submenu: [
        item('Search Commands...', 'palette', 'CmdOrCtrl+K'),
        { type: 'separator' },
        item('Traffic', 'chart-ski-slope', 'Alt+1'),
        item('Reduction by Fusion', 'chart-reduction', 'Alt+2'),
        item('Traffic by Tensor', 'chart-tensors', 'Alt+3'),
        item('Throughput Map', 'chart-map', 'Alt+4'),
        item('Three-Way Split', 'chart-split', 'Alt+5'),
        item('Show All Buffer Sizes', 'zoom-all'),
        { type: 'separator' },
        item('Count MACs or Operations', 'units-work'),
        item('Count Bytes or Elements', 'units-data'),
        item('IEC or SI Prefixes', 'units-prefixes'),
        { type: 'separator' },
        item('Light or Dark', 'theme'),
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
      ],
    },
    {
      role: 'help',
      submenu: [
        item('Help', 'help', 'F2'),
        item('Tour', 'tour'),
        item('Keyboard Shortcuts', 'shortcuts', 'F1'),
      ],
    },
  ]
}
