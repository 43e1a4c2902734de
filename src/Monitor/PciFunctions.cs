using System.Threading;
using Redoubt.Abi;
using Redoubt.Partition;

namespace Redoubt.Monitor;

/// <summary>The functions behind the guest's PCI host bridge. The guest drives them; its monitor only makes them quiet when the guest doesn't run.</summary>
public unsafe struct PciFunctions
{
    private ulong _start, _end;

    /// <summary>Finds them, if the guest has any.</summary>
    public void Open()
    {
        if (!Self.TryFindDevice(PciHost.Device, out DeviceEntry* device))
            return;
        _start = device->Address;
        _end = device->Address + device->Size;
    }

    /// <summary>As after a reset, none of them reaches memory or answers to an address: their command registers are zero.</summary>
    public readonly void Quiet()
    {
        for (ulong function = _start; function < _end; function += PciHost.FunctionSize)
        {
            if (Volatile.Read(ref *(uint*)function) != PciHost.Absent)
                Volatile.Write(ref *(uint*)(function + PciHost.Command), 0);
        }
    }
}
