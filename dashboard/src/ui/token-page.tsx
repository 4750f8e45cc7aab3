// What stands in the place of every page while the collector wants a token.
import { Button, PasswordInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { signIn } from '../api/questions.ts';
import { wordsOf } from './frame.tsx';
import { useTitle } from './page-name.tsx';

export function TokenPage() {
  useTitle('Locked');
  const [token, setToken] = useState('');
  const [wrong, setWrong] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setWrong(null);
    try {
      await signIn(token.trim());
    } catch (error) {
      setWrong(error instanceof Error ? wordsOf(error) : String(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="panel token-page" onSubmit={submit}>
      <h1>This ledger is locked</h1>
      <p className="is-muted">
        It listens beyond this machine, so it wants the token it was started with: the value of{' '}
        <code>SPANLEDGER_ADMIN_TOKEN</code>.
      </p>
      <PasswordInput
        label="Token"
        value={token}
        onChange={(event) => setToken(event.currentTarget.value)}
        error={wrong}
        autoComplete="current-password"
        data-autofocus
        autoFocus
        required
      />
      <Button type="submit" loading={busy} disabled={token.trim() === ''} mt="md" fullWidth>
        Open
      </Button>
    </form>
  );
}
