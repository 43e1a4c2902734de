using System.Buffers.Binary;
using Redoubt.Abi;
using Redoubt.Image;
using Redoubt.Proof.Isa;

namespace Redoubt.Proof.Check.Boot;

/// <summary>
/// The machine's memory after the boot loader has put the image there. What nobody has written yet has no value: reading it is a failure.
/// That includes what the loader is to zero.
/// </summary>
/// <param name="image">The image.</param>
internal sealed class BootMemory(CheckedImage image)
{
    public const ulong PageSize = 0x1000;
    private const int PageShift = 12, CellBytes = 8, WordBits = 64;

    private readonly Dictionary<ulong, Page> _pages = [];
    private Page? _last;

    /// <summary>A page that was touched.</summary>
    public sealed class Page(ulong address)
    {
        private readonly ulong[] _known = new ulong[PageSize / CellBytes / WordBits];

        public ulong Address { get; } = address;

        public byte[] Bytes { get; } = new byte[PageSize];

        /// <summary>Whether boot has written it.</summary>
        public bool Written { get; set; }

        /// <summary>Instructions that stand in it, as far as they were decoded.</summary>
        public Instruction?[]? Decoded { get; set; }

        public bool IsKnown => !_known.AsSpan().ContainsAnyExcept(~0UL);

        public bool Knows(int offset) => ((_known[offset / CellBytes / WordBits] >> (offset / CellBytes)) & 1) != 0;

        public void Know(int offset) => _known[offset / CellBytes / WordBits] |= 1UL << (offset / CellBytes);

        public void KnowAll() => _known.AsSpan().Fill(~0UL);
    }

    /// <summary>Pages that boot has written.</summary>
    public IEnumerable<Page> Written => _pages.Values.Where(page => page.Written);

    /// <summary>Whether there is memory.</summary>
    public bool Has(ulong address) => address >= image.Map.MemoryBase && address - image.Map.MemoryBase < image.Map.MemorySize;

    /// <summary>The page that an address lies in.</summary>
    public Page At(ulong address)
    {
        ulong start = address & ~(PageSize - 1);
        if (_last is { } last && last.Address == start)
            return last;
        if (!_pages.TryGetValue(start >> PageShift, out Page? page))
            _pages.Add(start >> PageShift, page = Create(start));
        return _last = page;
    }

    /// <summary>Loads 1, 2, 4 or 8 bytes at an aligned address.</summary>
    public ulong Load(ulong address, int size)
    {
        Page page = At(address);
        int offset = (int)(address - page.Address);
        if (!page.Knows(offset))
            throw new BootException($"reads 0x{address:x}, where nobody has written anything");
        ReadOnlySpan<byte> bytes = page.Bytes.AsSpan(offset);
        return size switch
        {
            1 => bytes[0],
            2 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            4 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            _ => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        };
    }

    /// <summary>Stores 1, 2, 4 or 8 bytes at an aligned address.</summary>
    public void Store(ulong address, int size, ulong value)
    {
        Page page = At(address);
        int offset = (int)(address - page.Address);
        if (size == CellBytes)
            page.Know(offset);
        else if (!page.Knows(offset))
            throw new BootException($"writes a part of the word at 0x{address:x}, where nobody has written anything");
        page.Written = true;
        page.Decoded = null;
        Span<byte> bytes = page.Bytes.AsSpan(offset);
        switch (size)
        {
            case 1:
                bytes[0] = (byte)value;
                break;
            case 2:
                BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)value);
                break;
            case 4:
                BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)value);
                break;
            default:
                BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
                break;
        }
    }

    /// <summary>Puts bytes there before boot begins.</summary>
    public void Place(ulong address, ReadOnlySpan<byte> content)
    {
        for (int done = 0; done < content.Length; done += (int)PageSize)
        {
            Page page = At(address + (ulong)done);
            content[done..Math.Min(content.Length, done + (int)PageSize)].CopyTo(page.Bytes);
            page.KnowAll();
        }
    }

    /// <summary>What the boot loader leaves in a page; null for nothing.</summary>
    public byte[]? Initial(ulong page)
    {
        bool stored = page >= Layout.LoadBase && page < image.End && image.AreaAt(page)?.Storage is not (Storage.Zero or Storage.Raw);
        if (!stored)
            return null;
        byte[] bytes = new byte[PageSize];
        image.Range(page, Math.Min(PageSize, image.End - page)).CopyTo(bytes);
        return bytes;
    }

    private Page Create(ulong address)
    {
        Page page = new(address);
        if (Initial(address) is { } bytes)
        {
            bytes.CopyTo(page.Bytes, 0);
            page.KnowAll();
        }

        return page;
    }
}
