/** Where the claimed actor's systems are reached: endpoints, AE titles and OIDs of all systems that make up the actor. */
import type { Json, SutDescription } from '../contracts.js';

type System = SutDescription['systems'][string];

/** The systems that the claim of an actor names, in its order. */
export function systemsOf(sut: SutDescription, actor: string): System[] {
  const claim = sut.claims.find((c) => c.actor === actor) ?? sut.claims[0];
  return (claim?.systems ?? []).flatMap((name) => sut.systems[name] ?? []);
}

/** What `${sut…}` holds: `${sut.dicom}`, `${sut.aeTitles.dicom}`, `${sut.oids.repositoryUniqueId}`. */
export function sutValues(sut: SutDescription, actor: string): Json {
  const merged: { [name: string]: Json } = {};
  const aeTitles: Record<string, string> = {};
  const oids: Record<string, string> = {};
  for (const system of systemsOf(sut, actor).reverse()) {
    Object.assign(merged, system.endpoints);
    Object.assign(aeTitles, system.aeTitles);
    Object.assign(oids, system.oids);
  }
  return { ...merged, aeTitles, oids };
}

export const oidOf = (sut: SutDescription, actor: string, name: string): string | undefined => systemsOf(sut, actor).find((s) => s.oids?.[name])?.oids?.[name];

/** The AE title that belongs to an address. */
export function aeTitleAt(sut: SutDescription, actor: string, address: string): string | undefined {
  for (const { endpoints, aeTitles } of systemsOf(sut, actor)) {
    const kind = Object.keys(endpoints).find((k) => endpoints[k] === address);
    if (kind !== undefined && aeTitles?.[kind] !== undefined) return aeTitles[kind];
  }
  return undefined;
}
