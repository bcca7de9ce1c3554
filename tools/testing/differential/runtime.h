/* What a program in C needs to do what ZIR does: every operation at the width of its type, with ZIR's checks. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef int64_t I;
typedef uint64_t U;
typedef char *P;
typedef struct { P p; U n; } S;

/* A check that fails ends the program if it is the one that is asked for; else it is noted, and the operation has the
 * result of its mended form. */
static long panics_at = -1;
static unsigned char failed[FAILURES + 1];

static void fail(int place, const char *message)
{
    if (place == panics_at) {
        fflush(stdout);
        fprintf(stderr, "%s\n", message);
        abort();
    }
    failed[place] = 1;
}

/* Ends the program as the ZIR does, and says which checks failed. */
static void stop(U status)
{
    int place;
    for (place = 0; place < FAILURES; place++) if (failed[place]) fprintf(stderr, "%d\n", place);
    fprintf(stderr, "end\n");
    exit(status);
}

static U wrap_u(U a, int bits) { return bits == 64 ? a : a & (((U)1 << bits) - 1); }
static I wrap_s(U a, int bits)
{
    U sign = (U)1 << (bits - 1);
    a = wrap_u(a, bits);
    return (I)((a ^ sign) - sign);
}

#define OVERFLOW "integer overflow"

static U addwrap_u(U a, U b, int bits) { return wrap_u(a + b, bits); }
static I addwrap_s(I a, I b, int bits) { return wrap_s((U)a + (U)b, bits); }
static U subwrap_u(U a, U b, int bits) { return wrap_u(a - b, bits); }
static I subwrap_s(I a, I b, int bits) { return wrap_s((U)a - (U)b, bits); }
static U mulwrap_u(U a, U b, int bits) { return wrap_u(a * b, bits); }
static I mulwrap_s(I a, I b, int bits) { return wrap_s((U)a * (U)b, bits); }

static U add_u(U a, U b, int bits, int place)
{
    U sum = addwrap_u(a, b, bits);
    if (sum < a) fail(place, OVERFLOW);
    return sum;
}
static I add_s(I a, I b, int bits, int place)
{
    I sum = addwrap_s(a, b, bits);
    if (b < 0 ? sum >= a : sum < a) fail(place, OVERFLOW);
    return sum;
}
static U sub_u(U a, U b, int bits, int place)
{
    if (b > a) fail(place, OVERFLOW);
    return subwrap_u(a, b, bits);
}
static I sub_s(I a, I b, int bits, int place)
{
    I difference = subwrap_s(a, b, bits);
    if (b < 0 ? difference <= a : difference > a) fail(place, OVERFLOW);
    return difference;
}
static U mul_u(U a, U b, int bits, int place)
{
    U product = mulwrap_u(a, b, bits);
    if (a != 0 && (product / a != b || product % a != 0)) fail(place, OVERFLOW);
    return product;
}
static I mul_s(I a, I b, int bits, int place)
{
    I product = mulwrap_s(a, b, bits);
    int is_right = a == 0 ? product == 0
        : a == -1 ? product == (I)(0 - (U)b) && (b == 0 || (product < 0) != (b < 0))
        : product / a == b && product % a == 0;
    if (!is_right) fail(place, OVERFLOW);
    return product;
}
static I negate_s(I a, int bits, int place) { return sub_s(0, a, bits, place); }
static I negatewrap_s(I a, int bits) { return subwrap_s(0, a, bits); }

static int is_zero(int yes, int place)
{
    if (yes) fail(place, "division by zero");
    return yes;
}
static U div_u(U a, U b, int bits, int place) { return is_zero(b == 0, place) ? a : a / b; }
static U rem_u(U a, U b, int bits, int place) { return is_zero(b == 0, place) ? a : a % b; }
static U mod_u(U a, U b, int bits, int place) { return rem_u(a, b, bits, place); }
static U mod_rem_u(U a, U b, int bits, int place) { return rem_u(a, b, bits, place); }
static I div_s(I a, I b, int bits, int place)
{
    if (is_zero(b == 0, place)) return a;
    if (b == -1) {
        if (a == wrap_s((U)1 << (bits - 1), bits)) {
            fail(place, OVERFLOW);
            return a;
        }
        return -a;
    }
    return a / b;
}
static I rem_s(I a, I b, int bits, int place)
{
    if (is_zero(b == 0, place)) return a;
    return b == -1 ? 0 : a % b;
}
static I mod_s(I a, I b, int bits, int place)
{
    I rest;
    if (is_zero(b == 0, place)) return a;
    rest = b == -1 ? 0 : a % b;
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

static U amount(U count, int bits, int place)
{
    if (count < (U)bits) return count;
    fail(place, "shift amount overflow");
    return count % bits;
}
static U shl_u(U a, U count, int bits, int place) { return wrap_u(a << amount(count, bits, place), bits); }
static I shl_s(I a, U count, int bits, int place) { return wrap_s((U)a << amount(count, bits, place), bits); }
static U shr_u(U a, U count, int bits, int place) { return a >> amount(count, bits, place); }
static I shr_s(I a, U count, int bits, int place)
{
    count = amount(count, bits, place);
    return a < 0 ? (I)~(~(U)a >> count) : (I)((U)a >> count);
}

/* -1, 0, 1 as `a` is below, equal to or above `b`. */
static int order_uu(U a, U b) { return a < b ? -1 : a > b; }
static int order_ss(I a, I b) { return a < b ? -1 : a > b; }
static int order_su(I a, U b) { return a < 0 ? -1 : order_uu(a, b); }
static int order_us(U a, I b) { return -order_su(b, a); }

#define TRUNCATED "integer cast truncated bits"

static U cast_uu(U a, int bits, int place)
{
    U result = wrap_u(a, bits);
    if (result != a) fail(place, TRUNCATED);
    return result;
}
static U cast_su(I a, int bits, int place)
{
    U result = wrap_u(a, bits);
    if (a < 0 || result != (U)a) fail(place, TRUNCATED);
    return result;
}
static I cast_ss(I a, int bits, int place)
{
    I result = wrap_s(a, bits);
    if (result != a) fail(place, TRUNCATED);
    return result;
}
static I cast_us(U a, int bits, int place)
{
    I result = wrap_s(a, bits);
    if (result < 0 || (U)result != a) fail(place, TRUNCATED);
    return result;
}

#define OUTSIDE "index out of bounds"

/* The address of an element, or `other` if there is no such element. */
static P element(P start, U index, U count, int size, int place, P other)
{
    if (index < count) return start + index * size;
    fail(place, OUTSIDE);
    return other;
}
static S slice_of(P start, U count)
{
    S result;
    result.p = start;
    result.n = count;
    return result;
}
static S part(P start, U count, U from, U to, int size, int place)
{
    if (from <= to && to <= count) return slice_of(start + from * size, to - from);
    fail(place, OUTSIDE);
    return slice_of(start, 0);
}

static void report(U number, U sum) { printf("%x:%016llx\n", (unsigned)number, (unsigned long long)sum); }
