using System;
using Redoubt.Abi;
using Redoubt.Loader;
using Redoubt.Partition;

namespace Redoubt.Monitor;

/// <summary>The guest as the image builder described it.</summary>
internal static unsafe class Guest
{
    /// <summary>Copies the guest's images into its RAM, as they stood at the first start, with a new seed in its devicetree.</summary>
    public static void Load(in GuestInfo guest, in GuestMemory memory, ref Generator generator)
    {
        for (int i = 0; i < (int)guest.LoadCount; i++)
        {
            ref readonly LoadEntry load = ref guest.Loads[i];
            Memory.Copy(load.Destination, load.Source, load.Size);
            Memory.Fill(load.Destination + load.Size, 0, load.Zero);
        }

        if (generator.IsSeeded)
            Seed(guest.Context, in memory, ref generator);
        for (int i = 0; i < (int)guest.LoadCount; i++)
        {
            ref readonly LoadEntry load = ref guest.Loads[i];
            Memory.Clean(load.Destination, load.Size + load.Zero);
        }
    }

    // Linux places its kernel by this value; 0, which the image builder put there, means that there is none.
    private static void Seed(ulong context, in GuestMemory memory, ref Generator generator)
    {
        if (!memory.Contains(context, Fdt.HeaderSize))
            return;
        uint size = Fdt.TotalSize(new ReadOnlySpan<byte>((void*)context, Fdt.HeaderSize));
        if (!memory.Contains(context, size))
            return;
        Fdt tree = new(new Span<byte>((void*)context, (int)size));
        Span<byte> seed = tree.Property(tree.Node("/chosen"u8), "kaslr-seed"u8);
        for (int i = 0; i < seed.Length; i++)
            seed[i] = generator.NextByte();
    }
}
