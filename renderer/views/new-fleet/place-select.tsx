import { Select } from '@mantine/core'
import type { Name } from '../../../shared/model/ids.ts'
import { EndpointTag } from '../../components/endpoint-tag.tsx'
import { useEndpoints } from '../../state/endpoints.ts'

interface Props {
  readonly value: Name
  readonly onChange: (endpoint: Name) => void
}

/** On which engine the fleet is to live; not asked while there is only one. */
export function PlaceSelect({ value, onChange }: Props) {
  const endpoints = useEndpoints(state => state.endpoints)
  const chosen = endpoints.find(one => one.name === value)
  if (endpoints.length < 2) return null
  return (
    <Select
      mb="md"
      label="Endpoint"
      description={chosen?.isRemote ? 'Another machine than this one' : 'This machine'}
      data={endpoints.filter(one => one.state.state === 'connected' || one.name === value).map(one => one.name)}
      value={value}
      allowDeselect={false}
      renderOption={({ option }) => {
        const one = endpoints.find(other => other.name === option.value)
        return one === undefined ? option.label : <EndpointTag endpoint={one} />
      }}
      onChange={endpoint => endpoint !== null && onChange(endpoint)}
    />
  )
}
