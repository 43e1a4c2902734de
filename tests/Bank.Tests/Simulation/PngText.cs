using System.Buffers.Binary;
using System.Text;

namespace Redoubt.Bank.Tests.Simulation;

/// <summary>A word that a PNG says of itself: the chunk <c>tEXt</c> (PNG, third edition, 11.3.3.2).</summary>
internal static class PngText
{
    // Length, type and CRC around a chunk's data. The last chunk, IEND, has none.
    private const int Frame = 12;

    /// <summary>Puts a word into a PNG, before its end.</summary>
    public static byte[] Add(byte[] png, string key, string text) => [.. png[..^Frame], .. Chunk(key, text), .. png[^Frame..]];

    /// <summary>The chunk with this word.</summary>
    public static byte[] Chunk(string key, string text)
    {
        byte[] content = Encoding.Latin1.GetBytes($"tEXt{key}\0{text}"), chunk = new byte[content.Length + 2 * sizeof(uint)];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length - "tEXt".Length);
        content.CopyTo(chunk, sizeof(uint));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - sizeof(uint)), Crc(content));
        return chunk;
    }

    // CRC-32 as in annex D.
    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        const uint Polynomial = 0xedb8_8320;
        uint crc = ~0U;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int i = 0; i < 8; i++)
                crc = (crc & 1) != 0 ? crc >> 1 ^ Polynomial : crc >> 1;
        }

        return ~crc;
    }
}
