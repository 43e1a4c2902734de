using System.Buffers.Binary;
using Redoubt.Abi;

namespace Redoubt.Image.Tests;

/// <summary>One page as the hardware sees it. Written from the Arm manual (DDI 0487, D8.3), not from the builder.</summary>
internal readonly record struct SeenPage(ulong Physical, bool Read, bool Write, bool Execute, bool Device);

/// <summary>Translates addresses through an image's tables.</summary>
internal static class HardwareWalk
{
    /// <summary>All pages that stage-2 tables map, by their intermediate physical address.</summary>
    public static Dictionary<ulong, SeenPage> Stage2(SystemImage image, ulong vttbr) => Pages(image, vttbr & 0xffff_ffff_f000, descriptor => new SeenPage(
        descriptor & 0xffff_ffff_f000,
        Read: (descriptor >> 6 & 1) != 0,
        Write: (descriptor >> 7 & 1) != 0,
        Execute: (descriptor >> 54 & 1) == 0,
        Device: (descriptor >> 2 & 0xf) != 0xf));

    /// <summary>All pages that EL2's stage-1 tables map.</summary>
    public static Dictionary<ulong, SeenPage> Stage1(SystemImage image) => Pages(image, image.Config.KernelTables, descriptor => new SeenPage(
        descriptor & 0xffff_ffff_f000,
        Read: true,
        Write: (descriptor >> 7 & 1) == 0,
        Execute: (descriptor >> 54 & 1) == 0,
        Device: (descriptor >> 2 & 7) == 1));

    /// <summary>
    /// All pages that a stream reaches by DMA, through stream table and context descriptor (IHI 0070, 5.2 and 5.4); null if the stream is refused.
    /// </summary>
    public static Dictionary<ulong, SeenPage>? Stream(SystemImage image, uint stream)
    {
        ulong Read(ulong address) => BinaryPrimitives.ReadUInt64LittleEndian(image.At(address));
        if (stream >= 1U << (int)image.BootInfo.Smmu.StreamBits)
            return null;
        ulong entry = image.BootInfo.Smmu.Streams + stream * 64UL;
        if ((Read(entry) & 1) == 0)
            return null;
        Assert.Equal(0b1011UL, Read(entry) & 0xf);
        ulong context = Read(entry) & 0xf_ffff_ffff_ffc0;
        Assert.True((Read(context) >> 31 & 1) != 0 && (Read(context) & 0x3f) == 25, "an invalid context, or not one of 39 bits");
        return Pages(image, Read(context + 8) & 0xffff_ffff_f000, descriptor =>
        {
            Assert.True((descriptor >> 6 & 1) != 0, "devices have no privileges");
            Assert.True((descriptor >> 11 & 1) != 0, "a translation that is not bound to its ASID");
            return new SeenPage(
                descriptor & 0xffff_ffff_f000,
                Read: true,
                Write: (descriptor >> 7 & 1) == 0,
                Execute: (descriptor >> 53 & 3) != 3,
                Device: (descriptor >> 2 & 7) != 0);
        });
    }

    private static Dictionary<ulong, SeenPage> Pages(SystemImage image, ulong root, Func<ulong, SeenPage> decode)
    {
        Dictionary<ulong, SeenPage> pages = [];
        Visit(root, 0, 30);
        return pages;

        void Visit(ulong table, ulong address, int shift)
        {
            for (ulong i = 0; i < 512; i++)
            {
                ulong descriptor = BinaryPrimitives.ReadUInt64LittleEndian(image.Bytes.Span[(int)(table + i * 8 - Layout.LoadBase)..]);
                ulong from = address + (i << shift);
                if ((descriptor & 1) == 0)
                    continue;
                if (shift > 12 && (descriptor & 2) != 0)
                {
                    Visit(descriptor & 0xffff_ffff_f000, from, shift - 9);
                    continue;
                }

                Assert.True(shift == 12 ? (descriptor & 2) != 0 : shift == 21, "a leaf of a wrong kind");
                Assert.Equal(1UL, descriptor >> 10 & 1);
                SeenPage seen = decode(descriptor);
                for (ulong offset = 0; offset < 1UL << shift; offset += 0x1000)
                    pages.Add(from + offset, seen with { Physical = seen.Physical + offset });
            }
        }
    }
}
