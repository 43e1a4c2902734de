using Redoubt.Proof.Isa;

namespace Redoubt.Proof.Tests;

/// <summary>The decoder takes what occurs and nothing that is reserved.</summary>
public sealed class DecoderTests
{
    [Theory]
    [InlineData(0x00000000u, "udf")]
    [InlineData(0x9ac0_0800u, "udiv")]
    [InlineData(0x0b40_8000u, "add w with a shift of 32")]
    [InlineData(0x0bc0_0000u, "add with rotation")]
    [InlineData(0x1200_fc00u, "and with a reserved mask")]
    [InlineData(0x1240_0000u, "and w with N")]
    [InlineData(0x3280_0000u, "movk with opc 1")]
    [InlineData(0xa8c0_0400u, "ldp with write-back over its base")]
    [InlineData(0xa940_0000u, "ldp of one register twice")]
    [InlineData(0x1e60_4000u, "fmov")]
    [InlineData(0x4ea0_1c00u, "mov of a vector")]
    [InlineData(0xd400_0002u, "hvc")]
    [InlineData(0xd63f_0000u, "blr")]
    [InlineData(0xc800_7c00u, "stxr with its status in what it stores")]
    [InlineData(0xd503_305fu, "clrex")]
    [InlineData(0xf8a0_8000u, "atomic")]
    public void OtherWordsAreNoInstructions(uint word, string what)
    {
        Assert.Null(Decoder.TryDecode(0, word));
        Assert.Throws<DecodeException>(() => Decoder.Decode(0, word));
        Assert.NotEmpty(what);
    }
}
