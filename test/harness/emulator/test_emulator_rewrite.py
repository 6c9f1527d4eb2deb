"""The rewriter: lines stay, text that is no code stays, refusals name their line, hostile text ends soon."""

from __future__ import annotations

import time

import pytest
from kernelwright_harness.emulator.rewrite import Unsupported, translate

KERNEL = "__global__ void k(float* x) { x[0] = 1; }\n"


def body(source: str) -> str:
    header, marker, text = translate(source, "a/b.cu").split("\n", 2)
    assert header == '#include "kernelwright_emulator.h"'
    assert marker == '#line 1 "a/b.cu"'
    return text


def test_plain_cpp_is_copied_byte_for_byte() -> None:
    source = "#include <vector>\nint f(int a) {\n\treturn a << 3 >> 1;  // <<<\n}\nstd::vector<std::vector<std::vector<int>>> v;\r\n"
    assert body(source) == source


def test_a_byte_order_mark_is_passed_over_and_the_directive_behind_it_is_one() -> None:
    assert body('\ufeff#include "a.cuh"\n') == '#include "a.cuh"\n'
    with pytest.raises(Unsupported):
        translate("\ufeff#include <mma.h>\n", "a/b.cu")


@pytest.mark.parametrize(
    "text",
    ['"k<<<1, 1>>>(x)"', 'R"(asm k<<<)"', 'R"ab()" asm )ab"', "/* asm __shared__\n <<< */ 1", "u8R\"(<<<)\"", "1'000'000", r'"\"<<<"', r"'\''", "'<'"],
)  # fmt: skip
def test_literals_and_comments_are_no_code(text: str) -> None:
    source = f"auto a = {text};\n"
    assert body(source) == source


def test_a_continued_line_comment_is_a_comment() -> None:
    source = "// asm \\\nasm <<<\nint a;\n"
    assert body(source) == source


@pytest.mark.parametrize(
    "launch",
    [
        "k<<<1, 2>>>(x);",
        "k<<<\n1,\n2\n>>>(\nx);",
        "a::b::k<int, c<d<1>>><<<f(1, 2), g[3], (4, 5), {}>>>(h(x), y);",
        "if (a > b) k<T><<<(n + 255) / 256, 256>>>(x); else k<<<1, sizeof(A<B<int>>)>>>(y);",
        "table[i]<<<1, 1>>>(x);",
        "object.kernel<<<1, 1>>>(x);",
        "object->kernel<<<1, 1>>>(x);",
        "(pick(n))<<<1, 1>>>(x);",
        "return void(k<(1 > 2)><<<1, V<A<int>>>>>(x));",
        "CHECK(k<<<1, 1, 0, s>>>(x));",
    ],
)
def test_launches_keep_their_lines(launch: str) -> None:
    text = body(f"void f() {{ {launch} }}\nint after;\n")
    assert text.count("\n") == launch.count("\n") + 2
    assert "<<<" not in text
    assert "::kernelwright::kernel(" in text
    assert text.endswith("\nint after;\n")


def test_shared_declarations_keep_their_lines() -> None:
    text = body("__global__ void k() {\n  __shared__ float\n    a[2][3], // why\n    b;\n  int c;\n}\n")
    assert text.splitlines()[4] == "  int c;"
    assert "a [ 2 ] [ 3 ]" in text


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ("extern __constant__ float t[(2 + 1) * 2];", "static"),
        ("extern alignas(16) __device__ Pair<float, 2> t, u;", "static"),
        ("__device__ extern volatile int t;", "static"),
        ("namespace n { extern __managed__ int t; }", "static"),
        ("extern __device__ float t(float);", "extern"),
        ("extern __device__ int t = 3;", "extern"),
        ("extern int t; __device__ int u;", "extern"),
        ('extern "C" __device__ float t(float);', "extern"),
        ('extern "C" { __device__ int t; }', "extern"),
    ],
)
def test_a_device_variable_of_another_source_is_one_of_this_source(source: str, word: str) -> None:
    assert body(f"{source}\n") == f"{source}\n".replace("extern", word)


def test_if_and_else_may_open_the_same_block() -> None:
    source = "#if A\n__global__ void k(int a) {\n#else\n__global__ void k() {\n#endif\n}\nvoid f() { k<<<1, 1>>>(); }\n"
    assert body(source).count("probe") == 2


def test_a_path_is_quoted() -> None:
    assert '#line 1 "a\\"b\\\\c.cu"' in translate("", 'a"b\\c.cu')
    with pytest.raises(ValueError, match="control"):
        translate("", "a\n#include </etc/passwd>")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('asm volatile("mov");', "asm"),
        ('__asm__("nop");', "asm"),
        ("#include <mma.h>", "tensor cores"),
        ("using namespace nvcuda;", "tensor cores"),
        ("#include <cub/cub.cuh>", "CUB"),
        ("#include <thrust/sort.h>", "Thrust"),
        ('#include "cutlass/gemm.h"', "CUTLASS"),
        ("#  include <cooperative_groups.h>", "cooperative groups"),
        ("#include <cuda/pipeline>", "asynchronous copies"),
        ("#include <cuda/std/array>", "libcu++"),
        ("#include <torch/extension.h>", "PyTorch"),
        ("#include <cuda_fp4.h>", "4-bit"),
        ("texture<float, 2> t;", "textures"),
        ("cudaTextureObject_t t;", "textures"),
        ("__global__ void p() { k<<<1, 1>>>(x); }", "dynamic parallelism"),
        ("__device__ void p() { if (1) { k<<<1, 1>>>(x); } }", "dynamic parallelism"),
        ("__global__ void __cluster_dims__(2, 1, 1) p() {}", "clusters"),
        ("void f() { cudaLaunchKernel(p, 1, 1, 0, 0, 0); }", "runtime API"),
        ("void f() { cudaLaunchCooperativeKernel(p, 1, 1, 0, 0, 0); }", "cooperative"),
        ("void f() { cudaStreamBeginCapture(s, m); }", "graphs"),
        ("#line 7 \"other.cu\"", "#line"),
        ("# 7 \"other.cu\"", "#line"),
        ("__device__ float f(float v) { return __shfl_down(v, 1); }", "_sync"),
        ("__global__ void p() { __shared__ int a = 3; }", "initialiser"),
        ("__global__ void p() { __shared__ int (*a)[3]; }", "declare"),
        ("__global__ void p() { extern __shared__ int a; }", "without a size"),
        ("void f() { k<<<1, 1; }", "no `>>>"),
        ("void f() { g(k<<<1, 1); }", "no `>>>"),
        ("#define L k<<<1,\n", "no `>>>"),
        ("void f() { <<<1, 1>>>(x); }", "no kernel's name"),
        ("<<<<<<< HEAD", "neither"),
        ("auto s = \"never closed;", "never closed"),
        ("auto s = R\"(never closed;", "never closed"),
        ("/* never closed", "never closed"),
        ("__shared__ float a[3]", "does not end"),
        ("int a\0;", "NUL"),
    ],
)  # fmt: skip
def test_refusals_name_the_line_and_the_reason(text: str, word: str) -> None:
    with pytest.raises(Unsupported) as refused:
        translate(f"{KERNEL}\n{text}\n", "k.cu")
    assert refused.value.line == 3
    assert word in refused.value.reason


def test_disabled_code_is_not_refused() -> None:
    source = '#if 0\nasm("x"); it\'s\n#if 1\n#include <mma.h>\n#endif\n#else\nint a;\n#endif\n#if 0\n#endif\nint b;\n'
    assert body(source) == source
    with pytest.raises(Unsupported) as refused:
        translate('#if 0\n#else\nasm("x");\n#endif\n', "k.cu")
    assert refused.value.line == 3


SIZE = 1 << 18


@pytest.mark.parametrize(
    "text",
    [
        "<" * SIZE,
        ">" * SIZE,
        "a<" * (SIZE // 2),
        "k<<<" * (SIZE // 4),
        "k<<<1,1>>>(0);" * (SIZE // 14),
        "k<a<b>><<<1,1>>>(" * (SIZE // 17),
        "k<<<1,1>>>(x)" * (SIZE // 13),
        "(" * SIZE,
        "{" * SIZE,
        ")" * SIZE,
        "__shared__ " * (SIZE // 11),
        "__shared__ float a[3]; " * 10000,
        "__shared__ float " + "a," * (SIZE // 2) + "b;",
        "extern __device__ a " * (SIZE // 20),
        "__device__ extern a; " * (SIZE // 20),
        "/*" * (SIZE // 2),
        "//\\\n" * (SIZE // 4),
        "\\" * SIZE,
        '"' + "\\a" * (SIZE // 2),
        "'" * (SIZE + 1),
        'R"(' * (SIZE // 3),
        "#if 1\n" * (SIZE // 6),
        "#define A(" * (SIZE // 10),
        "#/**/" * (SIZE // 5),
        "1'" * (SIZE // 2),
        "1" * SIZE + "e+",
        "a" * (32 * SIZE),
    ],
    ids=lambda text: text[:12],
)
def test_hostile_text_ends_soon(text: str) -> None:
    began = time.process_time()
    try:
        translate(text, "k.cu")
    except Unsupported as refused:
        assert refused.line >= 1
    assert time.process_time() - began < 5
