import { assertNever } from '../../../shared/failure.ts'
import { useView } from '../../state/view.ts'
import { RenameContainer } from '../containers/rename-container.tsx'
import { CopyFleetDialog } from '../dialogs/copy-fleet-dialog.tsx'
import { DoctorDialog } from '../dialogs/doctor-dialog.tsx'
import { KeyMap } from '../dialogs/key-map.tsx'
import { MarkDialog } from '../dialogs/mark-dialog.tsx'
import { RenameDialog } from '../dialogs/rename-dialog.tsx'
import { RouteDialog } from '../dialogs/route-dialog.tsx'
import { RoutesDialog } from '../dialogs/routes-dialog.tsx'
import { SettingsDialog } from '../dialogs/settings-dialog.tsx'
import { TrashDialog } from '../dialogs/trash-dialog.tsx'
import { EndpointDialog } from '../endpoints/endpoint-dialog.tsx'
import { EndpointsDialog } from '../endpoints/endpoints-dialog.tsx'
import { FilesDialog } from '../files-browser/files-dialog.tsx'
import { BuildDialog, LoadDialog, PullDialog, SaveDialog, TagDialog } from '../images/image-dialogs.tsx'
import { NewFleet } from '../new-fleet/new-fleet.tsx'
import { SnapshotDialog } from '../snapshot/snapshot-dialog.tsx'
import { NetworkDialog, NewNetwork, NewVolume } from '../volumes/thing-dialogs.tsx'

/** The one dialog that is open, if any. */
export function Dialogs() {
  const dialog = useView(view => view.dialog)
  switch (dialog.kind) {
    case 'none':
      return null
    case 'snapshot':
      return <SnapshotDialog of={dialog.of} />
    case 'new-fleet':
      return <NewFleet step={dialog.step} picked={dialog.picked} />
    case 'keys':
      return <KeyMap />
    case 'settings':
      return <SettingsDialog />
    case 'doctor':
      return <DoctorDialog />
    case 'add-route':
      return <RouteDialog />
    case 'routes':
      return <RoutesDialog />
    case 'rename':
      return <RenameDialog />
    case 'trash':
      return <TrashDialog />
    case 'endpoints':
      return <EndpointsDialog />
    case 'endpoint':
      return <EndpointDialog given={dialog.said} isNew={dialog.isNew} />
    case 'copy-fleet':
      return <CopyFleetDialog />
    case 'mark':
      return <MarkDialog seq={dialog.seq} />
    case 'rename-container':
      return <RenameContainer id={dialog.id} />
    case 'files':
      return <FilesDialog place={dialog.place} name={dialog.name} />
    case 'pull-image':
      return <PullDialog />
    case 'build-image':
      return <BuildDialog />
    case 'load-images':
      return <LoadDialog />
    case 'tag-image':
      return <TagDialog id={dialog.id} />
    case 'save-images':
      return <SaveDialog images={dialog.images} />
    case 'new-volume':
      return <NewVolume />
    case 'new-network':
      return <NewNetwork />
    case 'network':
      return <NetworkDialog id={dialog.id} />
    default:
      return assertNever(dialog)
  }
}
