using System.Runtime.CompilerServices;
using Redoubt.Abi;
using Redoubt.Partition;

namespace Redoubt.Monitor;

/// <summary>Kinds of devices.</summary>
public enum Device
{
    /// <summary>Nothing answers.</summary>
    None,

    /// <summary>PL011.</summary>
    Uart,

    /// <summary>GICD.</summary>
    Distributor,

    /// <summary>GICR of each vCPU, one after the other.</summary>
    Redistributor,

    /// <summary>Console, entropy, networks, keys and touch, serial line.</summary>
    Virtio,
}

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

    /// <summary>Whether a device waited, when last looked at, for the console or the serial line to make room. <see cref="Pump"/> and <see cref="Exchange"/> look again.</summary>
    public bool IsStalled;

    private Uart _uart;
    private VirtioConsole _console;
    private VirtioEntropy _entropy;
    private Networks _networks;
    private int _networkCount;
    private Input _input;
    private SerialLine _serial;

    /// <summary>Adds a serial line at the end of a channel.</summary>
    public void AddSerial(in ChannelEnd end) => _serial.Connect(in end);

    /// <summary>Adds a keyboard and a touch screen.</summary>
    public void AddInput(in ScreenEnd screen, in ChannelEnd end) => _input.Connect(in screen, in end);

    /// <summary>Adds a network device at the end of a channel.</summary>
    public void AddNetwork(in ChannelEnd end) =>
        _networks[_networkCount++].Connect(in end, MacAddress.Of(in Self.Manifest.Guest.Name, in end.Name));

    /// <summary>All devices take their values after reset. Random bytes go on, what was typed stays.</summary>
    public void Reset(ulong vcpuCount)
    {
        Interrupts.Reset(vcpuCount);
        IsStalled = false;
        _uart.Reset();
        _console.Open();
        _entropy.Open(Generator.IsSeeded);
        for (int i = 0; i < _networkCount; i++)
            _networks[i].Open();
        _input.Open();
        _serial.Open();
    }

    /// <summary>The device that answers at this address, and the offset in its registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Device Find(ulong address, out ulong offset)
    {
        if ((offset = address - GuestMap.Uart) < UartSize)
            return Device.Uart;
        if ((offset = address - GuestMap.Distributor) < DistributorSize)
            return Device.Distributor;
        if ((offset = address - GuestMap.Virtio) < GuestMap.VirtioStride * GuestMap.VirtioCount)
            return HasVirtio((int)(offset / GuestMap.VirtioStride)) ? Device.Virtio : Device.None;
        if ((offset = address - GuestMap.Redistributors) < GuestMap.RedistributorStride * (ulong)Interrupts.Count)
            return Device.Redistributor;
        return Device.None;
    }

    /// <summary>
    /// The vCPUs whose interrupt state this read needs; their monitors must have answered (<see cref="Interrupts.Answer"/>) before.
    /// </summary>
    public readonly uint Questioned(Device device, ulong offset) => device switch
    {
        Device.Distributor when BankRegisters.IsState(offset) => Interrupts.Owners(~(ulong)uint.MaxValue, 0),
        Device.Redistributor when BankRegisters.IsState(Frame(offset) - GicRegisters.Private) => 1U << Vcpu(offset),
        _ => 0,
    };

    /// <summary>Reads 1, 2, 4 or 8 bytes, aligned.</summary>
    public ulong Read(Device device, ulong offset, int size)
    {
        switch (device)
        {
            case Device.Uart:
                uint value = _uart.Read(offset, ref Port);
                if (offset == Pl011.Data)
                    DriveUart();
                return value;
            case Device.Distributor:
                return Distributor.Read(ref Interrupts, offset, size);
            case Device.Redistributor:
                return Redistributor.Read(ref Interrupts, Vcpu(offset), Frame(offset), size);
            default:
                return ReadVirtio((int)(offset / GuestMap.VirtioStride), offset % GuestMap.VirtioStride, size);
        }
    }

    /// <summary>Writes 1, 2, 4 or 8 bytes, aligned.</summary>
    public void Write(Device device, ulong offset, int size, ulong value)
    {
        switch (device)
        {
            case Device.Uart:
                _uart.Write(offset, (uint)value, ref Port);
                DriveUart();
                // Who takes the input depends on the UART's mask.
                if (offset == Pl011.Mask)
                    Pump();
                break;
            case Device.Distributor:
                Distributor.Write(ref Interrupts, offset, size, value);
                break;
            case Device.Redistributor:
                Redistributor.Write(ref Interrupts, Vcpu(offset), Frame(offset), size, value);
                break;
            case Device.Virtio when size == 4:
                WriteVirtio((int)(offset / GuestMap.VirtioStride), offset % GuestMap.VirtioStride, (uint)value);
                break;
            case Device.Virtio when size == 1:
                WriteConfiguration((int)(offset / GuestMap.VirtioStride), offset % GuestMap.VirtioStride, (byte)value);
                break;
        }
    }

    /// <summary>Moves what can be moved between the console and the devices.</summary>
    public void Pump()
    {
        _console.Run(ref Port, !_uart.IsListening, in Memory);
        DriveUart();
        DriveConsole();
    }

    /// <summary>Moves what can be moved between the guest, which may be off, and other partitions: networks, keys and touch, serial line.</summary>
    public void Exchange(bool isOn)
    {
        for (int i = 0; i < _networkCount; i++)
            RunNetwork(i, isOn);
        if (_input.IsPresent)
        {
            _input.Run(isOn, in Memory);
            DriveInput();
        }

        if (_serial.IsPresent)
        {
            _serial.Run(isOn, in Memory);
            DriveSerial();
        }
    }

    private readonly bool HasVirtio(int place) => place switch
    {
        GuestMap.Keys or GuestMap.Touch => _input.IsPresent,
        GuestMap.Serial => _serial.IsPresent,
        _ => place < GuestMap.FirstNetwork + _networkCount,
    };

    private readonly uint ReadVirtio(int device, ulong offset, int size) => device switch
    {
        0 => _console.Transport.Read(offset, size),
        1 => _entropy.Transport.Read(offset, size),
        GuestMap.Keys => ReadInput(in _input.Keys, offset, size),
        GuestMap.Touch => ReadInput(in _input.Touch, offset, size),
        GuestMap.Serial => _serial.Read(offset, size),
        _ => _networks[device - GuestMap.FirstNetwork].Transport.Read(offset, size),
    };

    private static uint ReadInput(in VirtioInput device, ulong offset, int size) => offset < VirtioRegisters.Configuration
        ? device.Transport.Read(offset, size) : device.ReadConfiguration(offset - VirtioRegisters.Configuration, size);

    private void WriteConfiguration(int device, ulong offset, byte value)
    {
        if (offset < VirtioRegisters.Configuration)
            return;
        if (device == GuestMap.Keys)
            _input.Keys.WriteConfiguration(offset - VirtioRegisters.Configuration, value);
        else if (device == GuestMap.Touch)
            _input.Touch.WriteConfiguration(offset - VirtioRegisters.Configuration, value);
    }

    private void WriteVirtio(int device, ulong offset, uint value)
    {
        switch (device)
        {
            case 0:
                if (_console.Transport.Write(offset, value, in Memory))
                    _console.Run(ref Port, !_uart.IsListening, in Memory);
                DriveConsole();
                break;
            case 1:
                if (_entropy.Transport.Write(offset, value, in Memory))
                    _entropy.Run(ref Generator, in Memory);
                Interrupts.SetLine(GuestMap.VirtioInterrupt + 1, _entropy.Transport.Line);
                break;
            case GuestMap.Keys:
                WriteInput(ref _input.Keys, offset, value);
                break;
            case GuestMap.Touch:
                WriteInput(ref _input.Touch, offset, value);
                break;
            case GuestMap.Serial:
                _serial.Write(offset, value, in Memory);
                DriveSerial();
                break;
            default:
                int network = device - GuestMap.FirstNetwork;
                if (_networks[network].Transport.Write(offset, value, in Memory))
                    RunNetwork(network, isOn: true);
                else
                    DriveNetwork(network);
                break;
        }
    }

    private void RunNetwork(int network, bool isOn)
    {
        _networks[network].Run(isOn, in Memory);
        DriveNetwork(network);
    }

    private void DriveNetwork(int network) =>
        Interrupts.SetLine(GuestMap.VirtioInterrupt + (ulong)(GuestMap.FirstNetwork + network), _networks[network].Transport.Line);

    private void WriteInput(ref VirtioInput device, ulong offset, uint value)
    {
        if (device.Transport.Write(offset, value, in Memory))
            _input.Run(isOn: true, in Memory);
        DriveInput();
    }

    private void DriveInput()
    {
        Interrupts.SetLine(GuestMap.VirtioInterrupt + GuestMap.Keys, _input.Keys.Transport.Line);
        Interrupts.SetLine(GuestMap.VirtioInterrupt + GuestMap.Touch, _input.Touch.Transport.Line);
    }

    private void DriveSerial()
    {
        Interrupts.SetLine(GuestMap.VirtioInterrupt + GuestMap.Serial, _serial.Line);
        CheckStalled();
    }

    private void DriveUart()
    {
        Interrupts.SetLine(GuestMap.UartInterrupt, _uart.Line(in Port));
        CheckStalled();
    }

    private void DriveConsole()
    {
        Interrupts.SetLine(GuestMap.VirtioInterrupt, _console.Transport.Line);
        CheckStalled();
    }

    private void CheckStalled() => IsStalled = _uart.IsStalled(in Port) || _console.IsStalled || _serial.IsStalled;

    private static int Vcpu(ulong offset) => (int)(offset / GuestMap.RedistributorStride);

    private static ulong Frame(ulong offset) => offset % GuestMap.RedistributorStride;
}
