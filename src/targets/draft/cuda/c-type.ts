import type { DType, ScalarType } from '../../../core/target.ts';

/** What one element of a C array is: several of them for `float4`. */
export interface Element {
  readonly dtype: DType;
  /** Of a vector type; 1 for all others. */
  readonly lanes: number;
  /** Unsigned where the configuration has only signed integers of that width. */
  readonly unsigned: boolean;
}

/** Of LP64, without qualifiers, `std::` and spaces at the sides. What is unsigned is drawn as what is signed. */
const DTYPES: Readonly<Record<string, DType>> = {
  float: 'f32',
  double: 'f64',
  half: 'f16',
  __half: 'f16',
  bfloat16: 'bf16',
  __nv_bfloat16: 'bf16',
  nv_bfloat16: 'bf16',
  __nv_fp8_e4m3: 'f8e4m3',
  __nv_fp8_e5m2: 'f8e5m2',
  bool: 'bool',
  char: 'i8',
  'signed char': 'i8',
  int8_t: 'i8',
  'unsigned char': 'u8',
  uint8_t: 'u8',
  short: 'i16',
  'signed short': 'i16',
  int16_t: 'i16',
  int: 'i32',
  signed: 'i32',
  'signed int': 'i32',
  int32_t: 'i32',
  long: 'i64',
  'long int': 'i64',
  'long long': 'i64',
  'long long int': 'i64',
  int64_t: 'i64',
  ptrdiff_t: 'i64',
  ssize_t: 'i64',
};

const UNSIGNED: Readonly<Record<string, DType>> = {
  'unsigned short': 'i16',
  uint16_t: 'i16',
  unsigned: 'i32',
  'unsigned int': 'i32',
  uint: 'i32',
  uint32_t: 'i32',
  'unsigned long': 'i64',
  'unsigned long long': 'i64',
  uint64_t: 'i64',
  size_t: 'i64',
};

const VECTORS: Readonly<Record<string, DType>> = { float: 'f32', double: 'f64', int: 'i32', char: 'i8', uchar: 'u8' };

/** The element type that a C type without its pointer is; undefined for structures, templates and what is unknown. */
export function elementOf(type: string): Element | undefined {
  const plain = plainType(type);
  const dtype = own(DTYPES, plain);
  if (dtype !== undefined) return { dtype, lanes: 1, unsigned: false };
  const unsigned = own(UNSIGNED, plain);
  if (unsigned !== undefined) return { dtype: unsigned, lanes: 1, unsigned: true };
  if (plain === 'half2' || plain === '__half2') return { dtype: 'f16', lanes: 2, unsigned: false };
  if (plain === '__nv_bfloat162' || plain === 'nv_bfloat162') return { dtype: 'bf16', lanes: 2, unsigned: false };
  const [, base = '', lanes] = /^(float|double|int|char|uchar)([234])$/.exec(plain) ?? [];
  const vector = own(VECTORS, base);
  return vector === undefined ? undefined : { dtype: vector, lanes: Number(lanes), unsigned: false };
}

/** What is the very type that the configuration's dtype has in C++, be it by another name. */
const OWN_TYPES =
  /^(float|double|half|__half|(__)?nv_bfloat16|__nv_fp8_e[45]m[32]|bool|int8_t|signed char|u?int8_t|unsigned char|short|int16_t|int|signed|signed int|int32_t|long|long int|int64_t|ptrdiff_t)$/;

/** Whether C++ takes a pointer to the configuration's dtype for a pointer to this without a cast: it does not for `float4` and `long long`. */
export function isOwnType(type: string): boolean {
  return OWN_TYPES.test(plainType(type));
}

/** The type in which the configuration passes a C type by value; undefined where it cannot. */
export function scalarOf(type: string): ScalarType | undefined {
  const element = elementOf(type);
  if (element?.lanes !== 1) return undefined;
  const { dtype } = element;
  return dtype === 'i32' || dtype === 'i64' || dtype === 'f32' || dtype === 'f64' ? dtype : undefined;
}

/** Whether it is a vector of several numbers, such as `float4`. */
export function isVector(type: string): boolean {
  return (elementOf(type)?.lanes ?? 1) > 1 || /^(u?int|short|long|u?char)[234]$/.test(plainType(type));
}

/** Without qualifiers and namespaces. */
function plainType(type: string): string {
  return type
    .replace(/\b(const|volatile|__restrict__|__restrict|restrict|struct)\b/g, ' ')
    .replace(/\bstd::/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
