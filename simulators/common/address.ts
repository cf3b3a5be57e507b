/** Addresses of what a simulator offers: a path with a token keeps the messages of parallel runs apart. */
import { newUuid } from '../emit/uid.js';

/** `/name/` and the token given, or a fresh one. */
export const pathOf = (name: string, token: string | undefined, random: () => number): string => `/${name}/${token ?? newUuid(random).slice(0, 8)}`;

/** Whether an HTTP request target names the path, query aside. */
export const targets = (target: string, path: string): boolean => target.replace(/^https?:\/\/[^/]*/i, '').split('?')[0] === path;

/** host:port of a `dicom://AET@host:port` address. */
export const hostPort = (url: string): string => url.replace(/^dicoms?:\/\//, '').replace(/^[^@]*@/, '');
