// A word in the corner about what was just done. What shows it is fetched with the first one.
import type { NotificationData, notifications } from '@mantine/notifications';

export function notify(notice: NotificationData): void {
  // What is said before the corner is drawn waits there.
  inCorner(({ show }) => show(notice));
}

/** Takes a word away that was told with this id; nothing where there is none. */
export function closeNotice(id: string): void {
  inCorner(({ hide }) => hide(id));
}

function inCorner(say: (corner: typeof notifications) => void): void {
  import('@mantine/notifications').then(
    (loaded) => say(loaded.notifications),
    // The corner itself did not come: there is no place to say so.
    () => {},
  );
}
