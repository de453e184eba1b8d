import type { Brand } from '../support/brand'

export type Bits = Brand<number, 'bit'>
export type Bytes = Brand<number, 'B'>
export type Elements = Brand<number, 'element'>
export type AreaMm2 = Brand<number, 'mm2'>
export type AreaUm2 = Brand<number, 'um2'>
export type Hertz = Brand<number, 'Hz'>
export type BytesPerSecond = Brand<number, 'B/s'>
export type Macs = Brand<number, 'MAC'>
export type MacsPerSecond = Brand<number, 'MAC/s'>
export type MacsPerByte = Brand<number, 'MAC/B'>
export type Picojoules = Brand<number, 'pJ'>
export type PicojoulesPerByte = Brand<number, 'pJ/B'>
export type Watts = Brand<number, 'W'>
export type Seconds = Brand<number, 's'>

export const bits = (value: number): Bits => value as Bits
export const bytes = (value: number): Bytes => value as Bytes
export const elements = (value: number): Elements => value as Elements
export const mm2 = (value: number): AreaMm2 => value as AreaMm2
export const um2 = (value: number): AreaUm2 => value as AreaUm2
export const hertz = (value: number): Hertz => value as Hertz
export const bytesPerSecond = (value: number): BytesPerSecond => value as BytesPerSecond
export const macs = (value: number): Macs => value as Macs
export const macsPerSecond = (value: number): MacsPerSecond => value as MacsPerSecond
export const macsPerByte = (value: number): MacsPerByte => value as MacsPerByte
export const picojoules = (value: number): Picojoules => value as Picojoules
export const picojoulesPerByte = (value: number): PicojoulesPerByte => value as PicojoulesPerByte
export const watts = (value: number): Watts => value as Watts
export const seconds = (value: number): Seconds => value as Seconds

/** Square micrometres in a square millimetre. */
export const UM2_PER_MM2 = 1e6

export const um2FromMm2 = (area: AreaMm2): AreaUm2 => um2(area * UM2_PER_MM2)
export const mm2FromUm2 = (area: AreaUm2): AreaMm2 => mm2(area / UM2_PER_MM2)

/** Whole bytes that hold this many bits. */
export const bytesFromBits = (value: Bits): Bytes => bytes(Math.ceil(value / 8))
