namespace Redoubt.Monitor;

/// <summary>The entropy interface of firmware, version 1.0 (DEN0098). Only with a generator that is seeded.</summary>
internal static class Trng
{
    public const uint Version = 0x8400_0050, Features = 0x8400_0051, Identity = 0x8400_0052, Random32 = 0x8400_0053,
        Random64 = Random32 | Smccc.Wide;

    private const ulong VersionValue = 0x1_0000;

    // UUID 6c0a9f62-4f0f-4d6b-8f5e-5245444f5542 of this source: four bytes a word, the first in the low bits.
    private const ulong Identity0 = 0x629f_0a6c, Identity1 = 0x6b4d_0f4f, Identity2 = 0x4552_5e8f, Identity3 = 0x4255_4f44;

    /// <summary>Whether the identifier is one of this interface.</summary>
    public static bool Has(uint function) => function is Version or Features or Identity or Random32 or Random64;

    /// <summary>Answers a call whose first argument is <paramref name="argument"/>.</summary>
    public static void Call(uint function, ulong argument, ref Generator generator, ref Reply reply)
    {
        reply.V1 = 0;
        reply.V2 = 0;
        reply.V3 = 0;
        switch (function)
        {
            case Version: reply.V0 = VersionValue; break;
            case Features: reply.V0 = Has((uint)argument) ? Smccc.Success : Smccc.NotSupported; break;
            case Identity:
                reply.V0 = Identity0;
                reply.V1 = Identity1;
                reply.V2 = Identity2;
                reply.V3 = Identity3;
                break;
            default:
                Draw(function == Random64 ? 64 : 32, argument, ref generator, ref reply);
                break;
        }
    }

    // 1 to 96 or 192 bits, low ones in x3, then x2, then x1; what was not asked for is 0.
    private static void Draw(int width, ulong bits, ref Generator generator, ref Reply reply)
    {
        if (width == 32)
            bits = (uint)bits;
        reply.V0 = bits - 1 >= 3 * (ulong)width ? Smccc.InvalidParameters : Smccc.Success;
        if (reply.V0 != Smccc.Success)
            return;
        reply.V3 = Part(width, bits, 0, ref generator);
        reply.V2 = Part(width, bits, 1, ref generator);
        reply.V1 = Part(width, bits, 2, ref generator);
    }

    private static ulong Part(int width, ulong bits, int index, ref Generator generator)
    {
        int wanted = (int)bits - index * width;
        if (wanted <= 0)
            return 0;
        ulong word = generator.NextWord();
        return word >> (64 - (wanted < width ? wanted : width));
    }
}
