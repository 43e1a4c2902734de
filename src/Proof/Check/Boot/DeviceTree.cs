using System.Buffers.Binary;

namespace Redoubt.Proof.Check.Boot;

/// <summary>A device tree as a boot loader hands it over, with what the loader looks for: entropy (Devicetree Specification v0.4, chapter 5).</summary>
/// <param name="Bytes">The blob.</param>
/// <param name="Seed">Offset of the entropy in it.</param>
/// <param name="SeedSize">Bytes of entropy.</param>
internal sealed record DeviceTree(byte[] Bytes, int Seed, int SeedSize)
{
    private const uint Magic = 0xd00d_feed, Version = 17, OldestVersion = 16, BeginNode = 1, EndNode = 2, Property = 3, End = 9;
    private const int HeaderSize = 40, ReserveSize = 16, Entropy = 32;

    /// <summary>Makes one.</summary>
    public static DeviceTree Write()
    {
        byte[] name = [.. "rng-seed\0"u8];
        List<byte> structure = [];
        void Token(params ReadOnlySpan<uint> words)
        {
            Span<byte> bytes = stackalloc byte[4];
            foreach (uint word in words)
            {
                BinaryPrimitives.WriteUInt32BigEndian(bytes, word);
                structure.AddRange(bytes);
            }
        }

        Token(BeginNode, 0, BeginNode);
        structure.AddRange("chosen\0\0"u8);
        Token(Property, Entropy, 0);
        int seed = HeaderSize + ReserveSize + structure.Count;
        structure.AddRange(Enumerable.Range(1, Entropy).Select(i => (byte)i));
        Token(EndNode, EndNode, End);

        int strings = HeaderSize + ReserveSize + structure.Count;
        byte[] blob = [.. new byte[HeaderSize + ReserveSize], .. structure, .. name];
        uint[] header = [Magic, (uint)blob.Length, HeaderSize + ReserveSize, (uint)strings, HeaderSize, Version, OldestVersion, 0, (uint)name.Length, (uint)structure.Count];
        for (int i = 0; i < header.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(blob.AsSpan(i * 4), header[i]);
        }

        return new DeviceTree(blob, seed, Entropy);
    }
}
