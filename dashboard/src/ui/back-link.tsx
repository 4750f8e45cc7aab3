// The way back to the list of calls as it was, filters and place, when that is where the reader came from.
import { Anchor } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { Link, useNavigate } from 'react-router';

export function BackLink() {
  const navigate = useNavigate();
  return (
    <p className="back">
      <Anchor
        component={Link}
        to="/calls"
        onClick={(event) => {
          if ((history.state as { idx?: number } | null)?.idx) {
            event.preventDefault();
            void navigate(-1);
          }
        }}
      >
        <IconArrowLeft size={14} aria-hidden /> Back
      </Anchor>
    </p>
  );
}
