using System;
using System.Runtime;
using Redoubt.Abi;
using Redoubt.Dice;

namespace Redoubt.Loader;

/// <summary>Prepares memory for the kernel, as <see cref="BootInfo"/> says, and enters it.</summary>
internal static unsafe class Program
{
    private static Sha256 s_hash;
    private static Identities s_identities;

    /// <summary>Called by start.S; returns only if the system can't be started.</summary>
    /// <param name="blob">The devicetree.</param>
    /// <param name="exceptionLevel">CurrentEL.</param>
    /// <param name="displacement">Distance from where the loader is linked to where it runs.</param>
    [RuntimeExport("loader_main")]
    private static void Main(byte* blob, ulong exceptionLevel, ulong displacement)
    {
        int size = 0;
        if (blob != null && (ulong)blob % 8 == 0)
            size = (int)Fdt.TotalSize(new ReadOnlySpan<byte>(blob, Fdt.HeaderSize));
        Fdt tree = new(new Span<byte>(blob, size));
        BootInfo* boot = (BootInfo*)Layout.BootInfo;

        if (displacement != 0)
            Complain(in tree, "the image does not lie where the board's description says"u8);
        else if (exceptionLevel != 2)
            Complain(in tree, "not entered at EL2; is virtualisation enabled?"u8);
        else if (boot->Magic != BootInfo.MagicValue || boot->SeedCount > Limits.Partitions || boot->ZeroCount > Limits.ZeroRanges || !Measurement.IsPossible(in boot->Identity))
            Complain(in tree, "the image has no valid boot table"u8);
        else
            Start(boot, Chosen.RngSeed(in tree));
    }

    private static void Start(BootInfo* boot, Span<byte> entropy)
    {
        // Before seeds are written to manifests, which are measured.
        if (boot->Identity.DeviceSecret != 0)
            s_identities.Make(in boot->Identity);
        // Before memory is zeroed, because a range may hold the devicetree.
        if (entropy.Length >= SeedDerivation.LeastEntropy)
            for (int i = 0; i < (int)boot->SeedCount; i++)
                Seed((Manifest*)boot->Seeds[i], i, entropy);
        entropy.Clear();
        fixed (byte* start = entropy)
            Machine.Evict(start, (ulong)entropy.Length);

        for (int i = 0; i < (int)boot->ZeroCount; i++)
        {
            void* start = (void*)boot->Zero[i].Address;
            Machine.Evict(start, boot->Zero[i].Size);
            Machine.Zero(start, boot->Zero[i].Size);
            Machine.Evict(start, boot->Zero[i].Size);
        }
        s_identities.Place(in boot->Identity);
        // Now that there is room for what it records. Until here no partition could tell a device what to do.
        if (boot->Smmu.Registers != 0)
            Smmu.Start(in boot->Smmu);
        Machine.EnterKernel(boot->KernelEntry);
    }

    private static void Seed(Manifest* manifest, int index, ReadOnlySpan<byte> entropy)
    {
        SeedDerivation.Derive(ref s_hash, entropy, index, new Span<byte>(&manifest->Seed, Sha256.Size));
        manifest->Seeded = 1;
        Machine.Evict(manifest, (ulong)sizeof(Manifest));
    }

    private static void Complain(scoped in Fdt tree, ReadOnlySpan<byte> message)
    {
        byte* uart = (byte*)Chosen.Uart(in tree);
        if (uart == null)
            return;
        Pl011.Write(uart, "redoubt loader: "u8);
        Pl011.Write(uart, message);
        Pl011.Write(uart, "\r\n"u8);
    }
}
