/* XY__WIDEST before a function: compiled for several x86-64 instruction sets, the widest that the processor has chosen
 * at run time. Results are the same in all of them: ISO C mode neither fuses multiplications with additions nor
 * reorders sums. */
#ifndef XY_STATS_DISPATCH_H
#define XY_STATS_DISPATCH_H

#if defined(__x86_64__) && defined(__gnu_linux__) && defined(__GNUC__) && !defined(__clang__)
#define XY__WIDEST __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define XY__WIDEST
#endif

#endif
