import { formOf, templateFault } from '../contract/topicTemplate.js';
import { AsyncApiError } from '../errors/asyncApiError.js';
import type { TopicModel } from './gatewayModel.js';

/** Throws an AsyncApiError for a topic that the generated contract would throw for: one that names cannot be taken apart by, or told from another. */
export function checkTopics(topics: Iterable<Pick<TopicModel, 'template' | 'pointer'>>): void {
  const forms = new Map<string, Pick<TopicModel, 'template' | 'pointer'>>();
  for (const topic of topics) {
    const { template, pointer } = topic;
    const fault = templateFault(template);
    if (fault) throw new AsyncApiError(pointer, `the topic "${template}" has ${fault}`);
    const same = forms.get(formOf(template));
    if (same)
      throw new AsyncApiError(pointer, `the topic "${template}" cannot be told from "${same.template}", at ${same.pointer}`);
    forms.set(formOf(template), topic);
  }
}
