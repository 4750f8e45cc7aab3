// A word in the corner about what was just done. What shows it is fetched with the first one.
import type { NotificationData } from '@mantine/notifications';

export function notify(notice: NotificationData): void {
  // What is said before the corner is drawn waits there.
  void import('@mantine/notifications').then(({ notifications }) => notifications.show(notice));
}
