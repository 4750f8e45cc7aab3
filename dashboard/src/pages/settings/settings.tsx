// What is set for the whole ledger: attribute names of a company's own, keys to send calls with, and the disk.
import './settings.css';
import { PageName } from '../../ui/page-name.tsx';
import { DiskPanel } from './disk-panel.tsx';
import { KeysPanel } from './keys-panel.tsx';
import { MappingsPanel } from './mappings-panel.tsx';

export function Settings() {
  return (
    <>
      <PageName>Settings</PageName>
      <div className="grid">
        <MappingsPanel className="span-8" />
        <div className="span-4 column">
          <KeysPanel />
          <DiskPanel />
        </div>
      </div>
    </>
  );
}
