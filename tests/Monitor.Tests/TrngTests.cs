using System.Numerics;
using Redoubt.Abi;

namespace Redoubt.Monitor.Tests;

public sealed class TrngTests : IDisposable
{
    private readonly Board _board = new();

    [Fact]
    public void TellsVersionFeaturesAndIdentity()
    {
        Assert.Equal(0x1_0000UL, Call(Trng.Version).V0);
        Assert.Equal(0UL, Call(Trng.Features, Trng.Random64).V0);
        Assert.Equal(~0UL, Call(Trng.Features, Psci.Version).V0);
        Reply identity = Call(Trng.Identity);
        Assert.NotEqual(0xffff_ffffUL, identity.V0);
        Assert.All([identity.V0, identity.V1, identity.V2, identity.V3], word => Assert.Equal(word, (uint)word));
    }

    [Theory]
    [InlineData(Trng.Random64, 1)]
    [InlineData(Trng.Random64, 64)]
    [InlineData(Trng.Random64, 65)]
    [InlineData(Trng.Random64, 191)]
    [InlineData(Trng.Random64, 192)]
    [InlineData(Trng.Random32, 31)]
    [InlineData(Trng.Random32, 33)]
    [InlineData(Trng.Random32, 96)]
    public void GivesAsManyBitsAsAskedAndNoMore(uint function, int bits)
    {
        int width = function == Trng.Random64 ? 64 : 32;
        BigInteger seen = 0;
        for (int i = 0; i < 64; i++)
        {
            Reply reply = Call(function, (ulong)bits);
            Assert.Equal(0UL, reply.V0);
            seen |= ((BigInteger)reply.V1 << (2 * width)) | ((BigInteger)reply.V2 << width) | reply.V3;
            Assert.True(width == 64 || (reply.V1 | reply.V2 | reply.V3) >> 32 == 0);
        }

        Assert.Equal((BigInteger.One << bits) - 1, seen);
    }

    [Theory]
    [InlineData(Trng.Random64, 0)]
    [InlineData(Trng.Random64, 193)]
    [InlineData(Trng.Random64, ~0UL)]
    [InlineData(Trng.Random32, 97)]
    [InlineData(Trng.Random32, 0x1_0000_0000)]
    public void RefusesOtherAmounts(uint function, ulong bits)
    {
        Reply reply = Call(function, bits);
        Assert.Equal((~1UL, 0UL, 0UL, 0UL), (reply.V0, reply.V1, reply.V2, reply.V3));
    }

    [Theory]
    [InlineData(Trng.Version)]
    [InlineData(Trng.Random64)]
    public void WithoutASeedThereIsNoSuchInterface(uint function)
    {
        using Board board = new(seeded: false);
        Assert.Equal(~0UL, board.Call(function, 64)!.Value.V0);
    }

    [Fact]
    public void GoesOnAfterAReset()
    {
        ulong before = Call(Trng.Random64, 64).V3;
        _board.Call(Psci.SystemReset);
        Assert.NotEqual(before, Call(Trng.Random64, 64).V3);
    }

    // RFC 8439, 2.3.2: the block function's test vector. Half of it is output.
    [Fact]
    public void IsChaCha20()
    {
        Manifest manifest = default;
        manifest.Seeded = 1;
        for (int i = 0; i < 4; i++)
            manifest.Seed[i] = 0x0706_0504_0302_0100 + 0x0808_0808_0808_0808 * (ulong)i;
        manifest.Name.Low = 0x0900_0000_0000_0001;
        manifest.Name.High = 0x0000_0000_4a00_0000;
        Generator generator = default;
        generator.Open(in manifest);
        byte[] output = [.. Enumerable.Range(0, 32).Select(_ => generator.NextByte())];
        Assert.Equal("10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4e", Convert.ToHexStringLower(output));
        Assert.NotEqual(output[0..8], BitConverter.GetBytes(generator.NextWord()));
    }

    public void Dispose() => _board.Dispose();

    private Reply Call(uint function, ulong a1 = 0) => _board.Call(function, a1)!.Value;
}
