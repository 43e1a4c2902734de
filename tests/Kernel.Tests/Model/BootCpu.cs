using Redoubt.Kernel.Tests.Model;

namespace Redoubt.Kernel;

/// <summary>In place of Boot.S.</summary>
internal static class BootCpu
{
    /// <summary>The address that the firmware is given for the other CPUs.</summary>
    public const ulong Entry = 0x4040_0040;

    public static void ReadIdentification(ref IdentificationRegisters registers)
    {
        for (int i = 8; i < 64; i++)
            registers[i] = Hardware.Now.Identification[i];
    }

    public static void ClearFineTraps() => Hardware.Now.Registers[FineTraps] = 1;

    public static void ClearExtensions() => Hardware.Now.Registers[Extensions] = 1;

    public static ulong VirtualInterface() => Hardware.Now.VirtualInterface;

    public static ulong SecondaryEntry() => Entry;

    public static void Panic() => throw new KernelStopped();

    /// <summary>Where <see cref="Hardware.Registers"/> notes that registers were cleared.</summary>
    public const ulong FineTraps = 1, Extensions = 2;
}

/// <summary>The kernel refused to serve the machine.</summary>
internal sealed class KernelStopped : Exception;
