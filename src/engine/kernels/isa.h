/* Names of one compilation of the kernels: xy__kernels_avx2 and so on. XY_ISA_NAME comes from meson.build. */
#ifndef XY_ENGINE_ISA_H
#define XY_ENGINE_ISA_H

#define XY_ISA_JOIN_(name, isa) xy__##name##_##isa
#define XY_ISA_JOIN(name, isa) XY_ISA_JOIN_(name, isa)
#define XY_ISA(name) XY_ISA_JOIN(name, XY_ISA_NAME)
#define XY_ISA_TEXT_(isa) #isa
#define XY_ISA_TEXT_OF(isa) XY_ISA_TEXT_(isa)
#define XY_ISA_TEXT XY_ISA_TEXT_OF(XY_ISA_NAME)

#endif
