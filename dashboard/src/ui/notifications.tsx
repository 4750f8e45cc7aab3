// The corner where notices appear (notify.ts), with its style.
import '@mantine/notifications/styles.layer.css';

export { Notifications } from '@mantine/notifications';
