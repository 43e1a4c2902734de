using System.Formats.Asn1;
using System.Numerics;
using CsCheck;
using Redoubt.Dice;

namespace Redoubt.Loader.Tests;

public class DerWriterTests
{
    [Fact]
    public void ElementsOfAnyLengthAreThoseOfTheFramework() => Gen.Select(Gen.Int[0, 3], Gen.OneOf(Gen.Int[0, 300], Gen.Int[0xff00, 0xffe0])).Sample((depth, length) =>
    {
        byte[] content = new byte[length];
        Random.Shared.NextBytes(content);
        AsnWriter expected = new(AsnEncodingRules.DER);
        Stack<IDisposable> open = new();
        byte[] buffer = new byte[length + 32];
        DerWriter writer = new(buffer);
        Stack<int> starts = new();
        for (int i = 0; i < depth; i++)
        {
            open.Push(expected.PushSequence());
            starts.Push(writer.Begin(DerWriter.Sequence));
        }

        expected.WriteOctetString(content);
        writer.Element(DerWriter.OctetString, content);
        while (starts.Count > 0)
        {
            open.Pop().Dispose();
            writer.End(starts.Pop());
        }

        Assert.Equal(expected.Encode(), writer.Written.ToArray());
    }, iter: 300);

    [Fact]
    public void NumbersAndBitsAreThoseOfTheFramework() => Gen.Byte.Array[1, 40].Sample(bytes =>
    {
        AsnWriter expected = new(AsnEncodingRules.DER);
        expected.WriteInteger(new BigInteger(bytes, isUnsigned: true, isBigEndian: true));
        expected.WriteBitString(bytes);
        byte[] buffer = new byte[200];
        DerWriter writer = new(buffer);
        writer.Number(bytes);
        writer.Bits(bytes);
        Assert.Equal(expected.Encode(), writer.Written.ToArray());
    });

    [Fact]
    public void WhatDoesNotFitIsEmpty() => Gen.Select(Gen.Int[0, 20], Gen.Int[0, 20]).Sample((length, room) =>
    {
        byte[] buffer = new byte[room];
        DerWriter writer = new(buffer);
        int start = writer.Begin(DerWriter.Sequence);
        writer.Raw(new byte[length]);
        writer.End(start);
        Assert.Equal(length + 2 <= room ? length + 2 : 0, writer.Written.Length);
    });

    [Fact]
    public void CborHasTheShortestHeads()
    {
        byte[] buffer = new byte[200];
        CborWriter writer = new(buffer);
        foreach (long number in (long[])[0, 23, 24, 255, 256, 65535, 65536, uint.MaxValue, 1L << 32, -1, -24, -25, -70002, -80101])
        {
            writer.Number(number);
        }

        writer.Map(5);
        writer.Array(24);
        writer.Tag(18);
        writer.Null();
        writer.Text("a"u8);
        writer.Bytes([1, 2]);
        Assert.Equal(
            "00" + "17" + "1818" + "18ff" + "190100" + "19ffff" + "1a00010000" + "1affffffff" + "1b0000000100000000"
            + "20" + "37" + "3818" + "3a00011171" + "3a000138e4" + "a5" + "9818" + "d2" + "f6" + "6161" + "420102", Convert.ToHexStringLower(writer.Written));
        CborWriter full = new(buffer.AsSpan(0, 4));
        full.Number(65536);
        Assert.True(full.Written.IsEmpty);
    }
}
