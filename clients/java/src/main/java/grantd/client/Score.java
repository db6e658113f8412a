// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import grantd.v1.Assessment;
import grantd.v1.Error;

/**
 * The result of one application of a scoring; one of its two is null.
 *
 * @param index The application's place in the source, from 0; results come in this order.
 * @param assessment The assessment, whatever its outcome.
 * @param error What is wrong with this application, with code, status, message and field; the others are not touched.
 */
public record Score(long index, Assessment assessment, Error error) {
    /**
     * Whether there is an assessment.
     *
     * @return False where there is an error in its place.
     */
    public boolean isAssessed() {
        return assessment != null;
    }

    /**
     * The assessment.
     *
     * @return The assessment, never null.
     * @throws GrantdException Where there is an error in its place.
     */
    public Assessment orThrow() throws GrantdException {
        if (assessment != null) {
            return assessment;
        }
        throw new GrantdException(error.getCode(), error.getStatus(), error.getMessage(), error.getField());
    }
}
