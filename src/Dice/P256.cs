using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Redoubt.Dice;

/// <summary>The field of P-256 (SP 800-186, 3.2.1.3).</summary>
internal struct P256Field : IPrime
{
    public static ulong M0 => 0xffff_ffff_ffff_ffff;

    public static ulong M1 => 0x0000_0000_ffff_ffff;

    public static ulong M2 => 0;

    public static ulong M3 => 0xffff_ffff_0000_0001;

    public static ulong Inverse => 1;

    public static void Square(out U256 result) => U256.Make(3, 0xffff_fffb_ffff_ffff, 0xffff_ffff_ffff_fffe, 0x0000_0004_ffff_fffd, out result);
}

/// <summary>The order of P-256's group (SP 800-186, 3.2.1.3).</summary>
internal struct P256Order : IPrime
{
    public static ulong M0 => 0xf3b9_cac2_fc63_2551;

    public static ulong M1 => 0xbce6_faad_a717_9e84;

    public static ulong M2 => 0xffff_ffff_ffff_ffff;

    public static ulong M3 => 0xffff_ffff_0000_0000;

    public static ulong Inverse => 0xccd1_c8aa_ee00_bc4f;

    public static void Square(out U256 result) => U256.Make(0x8324_4c95_be79_eea2, 0x4699_799c_49bd_6fa6, 0x2845_b239_2b6b_ec59, 0x66e1_2d94_f3d9_5620, out result);
}

/// <summary>A point of P-256 in projective coordinates (x = X/Z, y = Y/Z) in Montgomery's form. The neutral one is 0, 1, 0. A power of two in size, so that an index is shifted.</summary>
[StructLayout(LayoutKind.Sequential, Size = 128)]
internal struct P256Point
{
    public U256 X, Y, Z;
}

/// <summary>
/// Multiples of P-256's base point in constant time. A factor is cut into four parts of 64 bits: their bits at one place choose among the 16 sums of
/// G, 2^64 G, 2^128 G and 2^192 G, so that 64 doublings are enough (Handbook of Applied Cryptography, 14.117).
/// </summary>
internal struct P256
{
    private const int Parts = 4, PartBits = 64;

    private Sums _sums;

    /// <summary>Makes the table of sums.</summary>
    public void Prepare()
    {
        U256.Make(0, 0, 0, 0, out U256 zero);
        U256.Make(1, 0, 0, 0, out U256 one);
        Make(in zero, in one, in zero, out _sums[0]);
        U256.Make(0xf4a1_3945_d898_c296, 0x7703_7d81_2deb_33a0, 0xf8bc_e6e5_63a4_40f2, 0x6b17_d1f2_e12c_4247, out U256 x);
        U256.Make(0xcbb6_4068_37bf_51f5, 0x2bce_3357_6b31_5ece, 0x8ee7_eb4a_7c0f_9e16, 0x4fe3_42e2_fe1a_7f9b, out U256 y);
        Make(in x, in y, in one, out _sums[1]);
        for (int part = 1; part < Parts; part++)
        {
            ref P256Point power = ref _sums[1 << part];
            ref P256Point before = ref _sums[1 << (part - 1)];
            Add(ref power, in before, in before);
            for (int i = 1; i < PartBits; i++)
                Add(ref power, in power, in power);
            for (int i = 1; i < 1 << part; i++)
                Add(ref _sums[(1 << part) + i], in power, in _sums[i]);
        }
    }

    /// <summary>The multiple of the base point by a factor, in affine coordinates out of Montgomery's form; zeros for the neutral point.</summary>
    public void Multiply(in U256 factor, out U256 x, out U256 y)
    {
        Copy(in _sums[0], out P256Point sum);
        for (int i = PartBits - 1; i >= 0; i--)
        {
            Add(ref sum, in sum, in sum);
            Choose(Index(in factor, i), out P256Point chosen);
            Add(ref sum, in sum, in chosen);
        }

        Modular<P256Field>.Invert(in sum.Z, out U256 inverse);
        Modular<P256Field>.Multiply(in sum.X, in inverse, out x);
        Modular<P256Field>.Multiply(in sum.Y, in inverse, out y);
        Modular<P256Field>.Leave(in x, out x);
        Modular<P256Field>.Leave(in y, out y);
    }

    private static ulong Index(in U256 factor, int place) =>
        factor.L0 >> place & 1 | (factor.L1 >> place & 1) << 1 | (factor.L2 >> place & 1) << 2 | (factor.L3 >> place & 1) << 3;

    // Every sum is read, whichever is wanted.
    private readonly void Choose(ulong index, out P256Point chosen)
    {
        Copy(in _sums[0], out chosen);
        for (int i = 1; i < 1 << Parts; i++)
        {
            ulong different = (ulong)i ^ index;
            ulong mask = ((0 - different) >> 63) - 1;
            chosen.X.Choose(mask, in _sums[i].X);
            chosen.Y.Choose(mask, in _sums[i].Y);
            chosen.Z.Choose(mask, in _sums[i].Z);
        }
    }

    private static void Make(in U256 x, in U256 y, in U256 z, out P256Point point)
    {
        Modular<P256Field>.Enter(in x, out point.X);
        Modular<P256Field>.Enter(in y, out point.Y);
        Modular<P256Field>.Enter(in z, out point.Z);
    }

    private static void Copy(in P256Point from, out P256Point to)
    {
        U256.Make(from.X.L0, from.X.L1, from.X.L2, from.X.L3, out to.X);
        U256.Make(from.Y.L0, from.Y.L1, from.Y.L2, from.Y.L3, out to.Y);
        U256.Make(from.Z.L0, from.Z.L1, from.Z.L2, from.Z.L3, out to.Z);
    }

    /// <summary>
    /// Addition that holds for all points, equal and neutral ones included (Renes, Costello, Batina: Complete addition formulas for prime order
    /// elliptic curves, 2016, algorithm 4). The result may be one of the operands.
    /// </summary>
    private static void Add(ref P256Point sum, in P256Point p, in P256Point q)
    {
        // B of the curve in Montgomery's form
        U256.Make(0xd89c_df62_29c4_bddf, 0xacf0_05cd_7884_3090, 0xe5a2_20ab_f721_2ed6, 0xdc30_061d_0487_4834, out U256 b);
        Times(in p.X, in q.X, out U256 t0);
        Times(in p.Y, in q.Y, out U256 t1);
        Times(in p.Z, in q.Z, out U256 t2);
        Plus(in p.X, in p.Y, out U256 t3);
        Plus(in q.X, in q.Y, out U256 t4);
        Times(in t3, in t4, out t3);
        Plus(in t0, in t1, out t4);
        Minus(in t3, in t4, out t3);
        Plus(in p.Y, in p.Z, out t4);
        Plus(in q.Y, in q.Z, out U256 x);
        Times(in t4, in x, out t4);
        Plus(in t1, in t2, out x);
        Minus(in t4, in x, out t4);
        Plus(in p.X, in p.Z, out x);
        Plus(in q.X, in q.Z, out U256 y);
        Times(in x, in y, out x);
        Plus(in t0, in t2, out y);
        Minus(in x, in y, out y);
        Times(in b, in t2, out U256 z);
        Minus(in y, in z, out x);
        Plus(in x, in x, out z);
        Plus(in x, in z, out x);
        Minus(in t1, in x, out z);
        Plus(in t1, in x, out x);
        Times(in b, in y, out y);
        Plus(in t2, in t2, out t1);
        Plus(in t1, in t2, out t2);
        Minus(in y, in t2, out y);
        Minus(in y, in t0, out y);
        Plus(in y, in y, out t1);
        Plus(in t1, in y, out y);
        Plus(in t0, in t0, out t1);
        Plus(in t1, in t0, out t0);
        Minus(in t0, in t2, out t0);
        Times(in t4, in y, out t1);
        Times(in t0, in y, out t2);
        Times(in x, in z, out y);
        Plus(in y, in t2, out sum.Y);
        Times(in t3, in x, out x);
        Minus(in x, in t1, out sum.X);
        Times(in t4, in z, out z);
        Times(in t3, in t0, out t1);
        Plus(in z, in t1, out sum.Z);
    }

    private static void Times(in U256 a, in U256 b, out U256 result) => Modular<P256Field>.Multiply(in a, in b, out result);

    private static void Plus(in U256 a, in U256 b, out U256 result) => Modular<P256Field>.Add(in a, in b, out result);

    private static void Minus(in U256 a, in U256 b, out U256 result) => Modular<P256Field>.Subtract(in a, in b, out result);

    [InlineArray(1 << Parts)]
    private struct Sums
    {
        private P256Point _first;
    }
}
