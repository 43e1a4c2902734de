using Redoubt.Abi;

namespace Redoubt.Monitor;

/// <summary>The devices of the guest's machine, by address (<see cref="GuestMap"/>), and how they hang together.</summary>
public struct Devices
{
    private const ulong UartSize = 0x1000, DistributorSize = 0x1_0000;

    /// <summary>Interrupt controller.</summary>
    public Interrupts Interrupts;

    /// <summary>Line to the console.</summary>
    public Port Port;

    /// <summary>Source of random bytes.</summary>
    public Generator Generator;

    /// <summary>RAM.</summary>
    public GuestMemory Memory;

    private Uart _uart;
    private VirtioConsole _console;
    private VirtioEntropy _entropy;

    /// <summary>All devices take their values after reset. Random bytes go on, what was typed stays.</summary>
    public void Reset(ulong vcpuCount)
    {
        Interrupts.Reset(vcpuCount);
        _uart.Reset();
        _console.Open();
        _entropy.Open(Generator.IsSeeded);
    }

    /// <summary>Whether a device waits until the console makes room. <see cref="Pump"/> then helps.</summary>
    public readonly bool IsStalled => _uart.IsStalled(in Port) || _console.IsStalled;

    /// <summary>Whether a device answers at this address.</summary>
    public readonly bool Has(ulong address) =>
        address - GuestMap.Uart < UartSize
        || address - GuestMap.Distributor < DistributorSize
        || address - GuestMap.Redistributors < GuestMap.RedistributorStride * (ulong)Interrupts.Count
        || address - GuestMap.Virtio < GuestMap.VirtioStride * GuestMap.VirtioCount;

    /// <summary>
    /// The vCPUs whose interrupt state this read needs; their monitors must have answered (<see cref="Interrupts.Answer"/>) before.
    /// </summary>
    public readonly uint Questioned(ulong address)
    {
        ulong shared = address - GuestMap.Distributor;
        if (shared < DistributorSize)
            return BankRegisters.IsState(shared) ? Interrupts.Owners(~(ulong)uint.MaxValue, 0) : 0;
        ulong own = address - GuestMap.Redistributors;
        if (own >= GuestMap.RedistributorStride * (ulong)Interrupts.Count)
            return 0;
        return BankRegisters.IsState(own % GuestMap.RedistributorStride - GicRegisters.Private) ? 1U << Vcpu(own) : 0;
    }

    /// <summary>Reads 1, 2, 4 or 8 bytes, aligned, of a device that <see cref="Has"/> this address.</summary>
    public ulong Read(ulong address, int size)
    {
        ulong offset = address - GuestMap.Uart;
        if (offset < UartSize)
        {
            uint value = _uart.Read(offset, ref Port);
            DriveUart();
            return value;
        }

        if ((offset = address - GuestMap.Distributor) < DistributorSize)
            return Distributor.Read(ref Interrupts, offset, size);
        if ((offset = address - GuestMap.Virtio) < GuestMap.VirtioStride * GuestMap.VirtioCount)
            return size != 4 ? 0 : offset < GuestMap.VirtioStride ? _console.Transport.Read(offset) : _entropy.Transport.Read(offset - GuestMap.VirtioStride);
        offset = address - GuestMap.Redistributors;
        return Redistributor.Read(ref Interrupts, Vcpu(offset), offset % GuestMap.RedistributorStride, size);
    }

    /// <summary>Writes 1, 2, 4 or 8 bytes, aligned.</summary>
    public void Write(ulong address, int size, ulong value)
    {
        ulong offset = address - GuestMap.Uart;
        if (offset < UartSize)
        {
            _uart.Write(offset, (uint)value, ref Port);
            Port.Flush();
            DriveUart();
            // Who takes the input depends on the UART's mask.
            if (offset == Pl011.Mask)
                Pump();
        }
        else if ((offset = address - GuestMap.Distributor) < DistributorSize)
        {
            Distributor.Write(ref Interrupts, offset, size, value);
        }
        else if ((offset = address - GuestMap.Virtio) < GuestMap.VirtioStride * GuestMap.VirtioCount)
        {
            if (size == 4)
                WriteVirtio(offset, (uint)value);
        }
        else
        {
            offset = address - GuestMap.Redistributors;
            Redistributor.Write(ref Interrupts, Vcpu(offset), offset % GuestMap.RedistributorStride, size, value);
        }
    }

    /// <summary>Moves what can be moved between the console and the devices.</summary>
    public void Pump()
    {
        _console.Run(ref Port, !_uart.IsListening, in Memory);
        DriveUart();
        Interrupts.SetLine(GuestMap.VirtioInterrupt, _console.Transport.Line);
    }

    private void WriteVirtio(ulong offset, uint value)
    {
        if (offset < GuestMap.VirtioStride)
        {
            if (_console.Transport.Write(offset, value, in Memory))
                _console.Run(ref Port, !_uart.IsListening, in Memory);
            Interrupts.SetLine(GuestMap.VirtioInterrupt, _console.Transport.Line);
        }
        else
        {
            if (_entropy.Transport.Write(offset - GuestMap.VirtioStride, value, in Memory))
                _entropy.Run(ref Generator, in Memory);
            Interrupts.SetLine(GuestMap.VirtioInterrupt + 1, _entropy.Transport.Line);
        }
    }

    private void DriveUart() => Interrupts.SetLine(GuestMap.UartInterrupt, _uart.Line(in Port));

    private static int Vcpu(ulong offset) => (int)(offset / GuestMap.RedistributorStride);
}
