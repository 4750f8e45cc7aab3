import { expect, it } from 'vitest';
import { forecastMonth } from './forecast.ts';

const days = (...usd: number[]) => usd.map((one, index) => ({ weekday: index % 7, usd: one }));
const whole = (...weekdays: number[]) => weekdays.map((weekday) => ({ weekday, part: 1 }));

it('goes on at the pace of the days so far', () => {
  // 30 spent, 10 a day without exception, two and a half days to come.
  expect(forecastMonth(30, days(10, 10, 10), [{ weekday: 3, part: 0.5 }, ...whole(4, 5)])).toEqual({
    usd: 55,
    lowUsd: 55,
    highUsd: 55,
  });
});

it('knows a weekend when it has seen two weeks', () => {
  // Sundays cost 1, Saturdays 2, all others 10.
  const week = [1, 10, 10, 10, 10, 10, 2];
  expect(forecastMonth(100, days(...week, ...week), whole(5, 6, 0))?.usd).toBe(113);
});

it('is as wide as the days differ, and never below what is spent', () => {
  // 8, 10, 12: variance 4. Two days to come: 1.2816 x sqrt(4 x (2 + 4/3)) = 4.680.
  const forecast = forecastMonth(30, days(8, 10, 12), whole(3, 4));
  expect(forecast?.usd).toBe(50);
  expect(forecast?.lowUsd).toBeCloseTo(45.32, 2);
  expect(forecast?.highUsd).toBeCloseTo(54.68, 2);
  // 0, 0, 9: variance 27, mean 3. One day: 1.2816 x sqrt(27 x 4/3) = 7.69, and 9 + 3 - 7.69 is less than the 9 spent.
  expect(forecastMonth(9, days(0, 0, 9), whole(3))?.lowUsd).toBe(9);
});

it('says nothing after two days', () => {
  expect(forecastMonth(20, days(10, 10), whole(2))).toBeNull();
});
