"""The extension. From Python 3.12 on, where the stable ABI has vectorcall, it keeps to that: one build serves all of them."""

import sys
import sysconfig
from glob import glob

from setuptools import Extension, setup

stable = sys.version_info >= (3, 12) and not sysconfig.get_config_var("Py_GIL_DISABLED")

setup(
    ext_modules=[
        Extension(
            "gobridge._core",
            sources=sorted(glob("csrc/*.c")),
            depends=["csrc/core.h"],
            include_dirs=["../../include"],
            define_macros=[("Py_LIMITED_API", "0x030c0000")] if stable else [],
            extra_compile_args=["-std=c11", "-O2", "-fvisibility=hidden"],
            py_limited_api=stable,
        )
    ],
    options={"bdist_wheel": {"py_limited_api": "cp312"}} if stable else {},
)
