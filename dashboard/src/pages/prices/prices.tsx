// What calls are priced with: the price cards, own prices over them, the calls that no price is known for, and pricing
// history anew. Each is a page of its own under these tabs.
import './prices.css';
import { NavLink, Outlet } from 'react-router';

const PAGES = [
  { to: '/prices', label: 'Price cards' },
  { to: '/prices/own', label: 'Own prices' },
  { to: '/prices/unpriced?range=30d', label: 'Unpriced' },
  { to: '/prices/repricing', label: 'Re-pricing' },
];

export function Prices() {
  return (
    <>
      <nav className="tabs" aria-label="Prices">
        {PAGES.map(({ to, label }) => (
          <NavLink key={to} to={to} end={to === '/prices'}>
            {label}
          </NavLink>
        ))}
      </nav>
      <Outlet />
    </>
  );
}
