"""The element types of the configuration, known without torch: the runner must start fast and needs only sizes."""

import ctypes
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class DType:
    name: str
    size: int
    """Bytes of one element."""
    kind: Literal["float", "integer", "bool"]
    torch_name: str


DTYPES: dict[str, DType] = {
    d.name: d
    for d in (
        DType("f64", 8, "float", "float64"),
        DType("f32", 4, "float", "float32"),
        DType("tf32", 4, "float", "float32"),  # stored as f32; results may be as far off as a product in TF32 is
        DType("f16", 2, "float", "float16"),
        DType("bf16", 2, "float", "bfloat16"),
        DType("f8e4m3", 1, "float", "float8_e4m3fn"),
        DType("f8e5m2", 1, "float", "float8_e5m2"),
        DType("i8", 1, "integer", "int8"),
        DType("i16", 2, "integer", "int16"),
        DType("i32", 4, "integer", "int32"),
        DType("i64", 8, "integer", "int64"),
        DType("u8", 1, "integer", "uint8"),
        DType("bool", 1, "bool", "bool"),
    )
}

SCALAR_CTYPES: dict[str, type[ctypes.c_int32] | type[ctypes.c_int64] | type[ctypes.c_float] | type[ctypes.c_double]] = {
    "i32": ctypes.c_int32,
    "i64": ctypes.c_int64,
    "f32": ctypes.c_float,
    "f64": ctypes.c_double,
}
