using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Redoubt.Abi;

namespace Redoubt.Image;

/// <summary>Hashes of the microvisor, in 64 lower-case hexadecimal digits.</summary>
public sealed record MicrovisorReference(string Code, string MemoryMap, string Devices, string Services);

/// <summary>Hashes of a partition, in 64 lower-case hexadecimal digits.</summary>
public sealed record PartitionReference(string Code, string MemoryMap, string Devices, string Anchors);

/// <summary>What the identities of a genuine system say: Reference Values in the terms of RATS, for whoever appraises them. docs/pin-entry.md has the format.</summary>
/// <param name="Profile">Names the format.</param>
/// <param name="System">Name of the system.</param>
/// <param name="Image">SHA-256 of the image.</param>
/// <param name="SecurityVersion">Security version of the system.</param>
/// <param name="Microvisor">The microvisor's layer.</param>
/// <param name="Partitions">Layers of partitions, by name.</param>
public sealed record ReferenceValues(
    string Profile, string System, string Image, ulong SecurityVersion, MicrovisorReference Microvisor, IReadOnlyDictionary<string, PartitionReference> Partitions)
{
    /// <summary>Value of <see cref="Profile"/>.</summary>
    public const string KnownProfile = "redoubt-reference-values-1";

    /// <summary>What is added to the name of an image's file.</summary>
    public const string Suffix = ".reference.json";

    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        WriteIndented = true,
    };

    /// <summary>The values of an image, measured in its bytes as its boot table says; null if nobody in it has an identity.</summary>
    public static ReferenceValues? Of(SystemImage image)
    {
        ref readonly IdentitySetup setup = ref image.BootInfo.Identity;
        if (setup.Count == 0)
            return null;
        Queue<MemoryRange> ranges = new();
        foreach (MemoryRange range in (ReadOnlySpan<MemoryRange>)setup.Ranges)
            ranges.Enqueue(range);
        string[] own = Measure(image.Bytes.Span, setup.Microvisor, ranges);
        Dictionary<string, PartitionReference> partitions = [];
        foreach (IdentityEntry entry in ((ReadOnlySpan<IdentityEntry>)setup.Entries)[..(int)setup.Count])
        {
            string[] hashes = Measure(image.Bytes.Span, entry.Counts, ranges);
            partitions.Add(Names.Unpack(entry.Name), new PartitionReference(hashes[0], hashes[1], hashes[2], hashes[3]));
        }

        return new ReferenceValues(
            KnownProfile, image.Map.System, Hex(SHA256.HashData(image.Bytes.Span)), setup.SecurityVersion, new MicrovisorReference(own[0], own[1], own[2], own[3]), partitions);
    }

    /// <summary>As a file has it: UTF-8 JSON.</summary>
    public byte[] ToJson() => [.. JsonSerializer.SerializeToUtf8Bytes(this, s_json), (byte)'\n'];

    private static string[] Measure(ReadOnlySpan<byte> image, ReadOnlySpan<ulong> counts, Queue<MemoryRange> ranges)
    {
        string[] hashes = new string[counts.Length];
        for (int i = 0; i < counts.Length; i++)
        {
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            for (ulong n = 0; n < counts[i]; n++)
                Append(hash, image, ranges.Dequeue());
            hashes[i] = Hex(hash.GetHashAndReset());
        }

        return hashes;
    }

    /// <summary>Address, size and bytes.</summary>
    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> image, MemoryRange range)
    {
        Span<byte> head = stackalloc byte[2 * sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(head, range.Address);
        BinaryPrimitives.WriteUInt64LittleEndian(head[sizeof(ulong)..], range.Size);
        hash.AppendData(head);
        hash.AppendData(image.Slice((int)(range.Address - Layout.LoadBase), (int)range.Size));
    }

    private static string Hex(byte[] hash) => Convert.ToHexStringLower(hash);
}
