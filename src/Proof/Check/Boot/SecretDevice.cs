using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Redoubt.Abi;
using Redoubt.Dice;
using Redoubt.Image;

namespace Redoubt.Proof.Check.Boot;

/// <summary>
/// A device with a secret, and the identities that it must give. They come from the loader's own source, executed here: what is shown is that the loader's
/// machine code does the same on the memory of the image. That the source is right is for its tests.
/// </summary>
internal sealed class SecretDevice
{
    private readonly CheckedImage _image;
    private readonly IdentitySetup _setup;
    private readonly Measurements[] _measured;

    /// <param name="image">The image.</param>
    /// <param name="setup">What is measured.</param>
    public SecretDevice(CheckedImage image, IdentitySetup setup)
    {
        (_image, _setup) = (image, setup);
        int next = 0;
        _measured = [.. ((ReadOnlySpan<IdentityEntry>)setup.Entries)[..(int)setup.Count].ToArray().Select(entry => entry.Counts).Prepend(setup.Microvisor).Select(counts => Measure(counts, ref next))];
    }

    /// <summary>What is handed over of a device of which every bit of the secret is known here.</summary>
    public static byte[] Make()
    {
        byte[] Secret(byte first) => [.. Enumerable.Range(first, 32).Select(i => (byte)i)];
        return new IdentityMaker(Secret(1)).Make(Secret(101));
    }

    /// <summary>The page that a partition must get.</summary>
    /// <param name="entry">Its place in the boot table.</param>
    /// <param name="device">What is handed over.</param>
    public byte[] Identity(int entry, byte[] device)
    {
        DeviceSecret secret = MemoryMarshal.Read<DeviceSecret>(device);
        IdentityChain chain = new();
        chain.Start(secret.Secret, _setup.BuildDate, _setup.SecurityVersion);
        chain.AddMicrovisor(in _measured[0]);
        byte[] page = new byte[BootMemory.PageSize];
        chain.Certify(_setup.Entries[entry].Name, in _measured[entry + 1], ((ReadOnlySpan<byte>)secret.Certificate)[..(int)secret.CertificateSize], ref MemoryMarshal.AsRef<Identity>(page.AsSpan()));
        return page;
    }

    private Measurements Measure(RangeCounts counts, ref int next)
    {
        Measurements measured = new();
        Measure(counts[0], ref next).CopyTo((Span<byte>)measured.Code);
        Measure(counts[1], ref next).CopyTo((Span<byte>)measured.MemoryMap);
        Measure(counts[2], ref next).CopyTo((Span<byte>)measured.Devices);
        Measure(counts[3], ref next).CopyTo((Span<byte>)measured.Others);
        return measured;
    }

    private byte[] Measure(ulong count, ref int next)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> head = stackalloc byte[16];
        for (ulong i = 0; i < count; i++)
        {
            MemoryRange range = _setup.Ranges[next++];
            BinaryPrimitives.WriteUInt64LittleEndian(head, range.Address);
            BinaryPrimitives.WriteUInt64LittleEndian(head[8..], range.Size);
            hash.AppendData(head);
            hash.AppendData(_image.Range(range.Address, range.Size));
        }

        return hash.GetHashAndReset();
    }
}
